import { createClient } from 'redis'
import type { Address, Node } from './address.ts'
import type { ClientOptions, ClientSettings, Redis } from './client.ts'

const askEveryMs = 5000

interface Server {
  socket: ClientOptions['socket']
  /** Opens the master at an address. */
  open(node: Node, settings: ClientSettings): Redis
}

/** The master as a sentinel knows it; throws when the sentinel is away or knows none. */
async function askSentinel(
  node: Node,
  name: string,
  { credentials, timeoutMs }: ClientSettings,
  socket: Server['socket'],
): Promise<Node> {
  const { password } = credentials
  const sentinel = createClient({
    // The user is one of the servers; sentinels have that password or none.
    ...(password && { password }),
    socket: { ...socket, ...node, socketTimeout: timeoutMs, reconnectStrategy: false },
  })
  sentinel.on('error', () => {})
  try {
    await sentinel.connect()
    const question = ['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name]
    const reply = await sentinel.sendCommand<[string, string] | null>(question)
    if (!reply) throw new Error('it knows no master of this name')
    return { host: reply[0], port: Number(reply[1]) }
  } catch (cause) {
    const { message } = cause as Error
    const text = `Sentinel ${node.host}:${node.port} does not name "${name}": ${message}`
    throw new Error(text, { cause })
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
  { nodes: sentinels, master: name }: Address,
  settings: ClientSettings,
  { socket, open }: Server,
): Redis {
  let asked = 0
  let master: (Node & { redis: Redis; connected: Promise<unknown> }) | undefined
  let closed = false
  let following = false

  /** Asks the sentinels in turn and takes the first reply. */
  async function findMaster(): Promise<Node> {
    let failure: unknown
    for (const [index] of sentinels.entries()) {
      const sentinel = sentinels[(asked + index) % sentinels.length] as Node
      try {
        const found = await askSentinel(sentinel, name, settings, socket)
        asked += index
        return found
      } catch (error) {
        failure = error
      }
    }
    throw failure
  }

  function onError(error: Error) {
    settings.onError(error)
    // The sentinel that named this master may be cut off from the others.
    asked++
    void refollow()
  }

  async function follow(): Promise<void> {
    const found = await findMaster()
    if (closed || (master?.host === found.host && master.port === found.port)) return
    master?.redis.close()
    const redis = open(found, { ...settings, onError })
    master = { ...found, redis, connected: redis.connect().catch(settings.onError) }
  }

  async function refollow(): Promise<void> {
    if (following || closed) return
    following = true
    await follow().catch(settings.onError)
    following = false
  }
  // A master that became a replica may keep its connections.
  const timer = setInterval(refollow, askEveryMs).unref()

  function getMaster(): Redis {
    if (!master) throw new Error(`No sentinel has named the master "${name}" yet`)
    return master.redis
  }

  return {
    get client() {
      return getMaster().client
    },
    keys: (pattern) => getMaster().keys(pattern),
    async connect() {
      await follow()
      await master?.connected
    },
    close() {
      closed = true
      clearInterval(timer)
      master?.redis.close()
    },
  }
}
