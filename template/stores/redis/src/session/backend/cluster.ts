import { createCluster } from 'redis'
import type { Address, Node } from './address.ts'
import type { ClientOptions, ClientSettings, Redis } from './client.ts'
import { watch as watchNode } from './heartbeat.ts'

const refreshEveryMs = 500

/** Redis that is a cluster: found by any of the nodes given, and followed through failovers. */
export function openCluster(
  { nodes }: Address,
  settings: ClientSettings,
  { scripts, commandOptions, socket, ...options }: ClientOptions,
): Redis {
  const cluster = createCluster({
    rootNodes: nodes.map((node) => ({ socket: node })),
    scripts,
    commandOptions,
    // Each command connects anew to a node that is away: node-redis would hold it until the node is back.
    defaults: { ...options, socket: { ...socket, reconnectStrategy: false } },
    // To connect to all nodes first is to wait, for ever, for one that is dead.
    minimizeConnections: true,
    topologyRefreshOnReconnectionAttemptStrategy: false,
  })
  cluster.on('error', settings.onError)

  let refreshedAt = 0
  function lose(error: Error, address: string) {
    settings.onError(error)
    const node = cluster.nodeByAddress.get(address)
    // node-redis keeps the client of a node that it was connected to, and never connects it again.
    if (node && !node.client?.isOpen) delete node.client
    if (!cluster.isReady || Date.now() < refreshedAt + refreshEveryMs) return
    refreshedAt = Date.now()
    // By itself it asks for the new masters only while a lost connection is being repeated.
    cluster._slots.rediscover(undefined, new Set([address])).catch(settings.onError)
  }

  const stopWatching = new Map<string, () => void>()
  function watch(address: string) {
    const client = cluster.nodeByAddress.get(address)?.client
    if (!client) return
    stopWatching.get(address)?.()
    // A node that became a replica does not refuse a write: it says which node takes it.
    const stop = watchNode(
      client,
      () => client.ping(),
      settings.timeoutMs,
      (error) => {
        client.destroy()
        lose(error, address)
      },
    )
    stopWatching.set(address, stop)
  }

  const addressOf = ({ host, port }: Node) => `${host}:${port}`
  cluster.on('node-error', (error: Error, node: Node) => lose(error, addressOf(node)))
  cluster.on('node-ready', (node: Node) => watch(addressOf(node)))

  return {
    client: cluster,
    async *keys(pattern) {
      let cursor = '0'
      do {
        const reply = await cluster.scan(cursor, { MATCH: pattern, COUNT: 100, TYPE: 'string' })
        yield reply.keys
        cursor = reply.cursor
      } while (cursor !== '0')
    },
    connect: () => cluster.connect(),
    close() {
      for (const stop of stopWatching.values()) stop()
      cluster.destroy()
    },
  }
}
