import { createClient } from 'redis'
import type { Address, Node } from './address.ts'
import { type ClientSettings, clientOptions, createServerClient, type Redis } from './client.ts'

const askEveryMs = 5000

/** The master as a sentinel knows it; throws when it does not answer or knows none. */
async function askSentinel(node: Node, name: string, settings: ClientSettings): Promise<Node> {
  const { socket } = clientOptions(settings)
  const { password } = settings.credentials
  const sentinel = createClient({
    // A user is one of the servers; sentinels have a password, that one, or none.
    ...(password && { password }),
    socket: { ...socket, ...node, socketTimeout: settings.timeoutMs, reconnectStrategy: false },
  })
  sentinel.on('error', () => {})
  try {
    await sentinel.connect()
    const question = ['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name]
    const answer = await sentinel.sendCommand<[string, string] | null>(question)
    if (!answer) throw new Error('it knows no master of this name')
    return { host: answer[0], port: Number(answer[1]) }
  } catch (cause) {
    const reason = (cause as Error).message
    throw new Error(`Sentinel ${node.host}:${node.port} does not name "${name}": ${reason}`, {
      cause,
    })
  } finally {
    sentinel.destroy()
  }
}

/**
 * Redis that is a master under sentinels, and another server after a failover. It does without
 * node-redis' createSentinel, which holds every command while it asks the sentinels, also while
 * one of them is silent, and repeats a command that may have been carried out.
 */
export function openMaster(
  { nodes: sentinels, master: name, database }: Address,
  settings: ClientSettings,
): Redis {
  let asked = 0
  let master: ReturnType<typeof openAt> | undefined
  let closed = false

  /** What the first sentinel that answers says. */
  async function findMaster(): Promise<Node> {
    let failure: unknown
    for (const [index] of sentinels.entries()) {
      const sentinel = sentinels[(asked + index) % sentinels.length] as Node
      try {
        const found = await askSentinel(sentinel, name, settings)
        asked += index
        return found
      } catch (error) {
        failure = error
      }
    }
    throw failure
  }

  function openAt(node: Node) {
    const onError = (error: Error) => {
      settings.onError(error)
      // The sentinel that named it may be cut off from the others.
      asked++
      void refollow()
    }
    const { client, close } = createServerClient(node, database, { ...settings, onError })
    return { ...node, client, close, connected: client.connect().catch(settings.onError) }
  }

  async function follow(): Promise<void> {
    const found = await findMaster()
    if (closed || (master?.host === found.host && master.port === found.port)) return
    master?.close()
    master = openAt(found)
  }

  let following = false
  async function refollow(): Promise<void> {
    if (following || closed) return
    following = true
    await follow().catch(settings.onError)
    following = false
  }
  // A master that became a replica may keep its connections.
  const timer = setInterval(refollow, askEveryMs).unref()

  function getClient() {
    if (!master) throw new Error(`No sentinel has named the master "${name}" yet`)
    return master.client
  }

  return {
    get client() {
      return getClient()
    },
    keys: (pattern) => getClient().scanIterator({ MATCH: pattern, COUNT: 100 }),
    async connect() {
      await follow()
      await master?.connected
    },
    close() {
      closed = true
      clearInterval(timer)
      master?.close()
    },
  }
}
