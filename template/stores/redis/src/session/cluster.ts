import { createCluster } from 'redis'
import type { Address, Node } from './address.ts'
import { type ClientSettings, clientOptions, type Redis } from './client.ts'

const refreshEveryMs = 500

/** Redis that is a cluster: it is found by any of the nodes given, and followed through failovers. */
export function openCluster({ nodes }: Address, settings: ClientSettings): Redis {
  const { scripts, socket, ...options } = clientOptions(settings)
  const cluster = createCluster({
    rootNodes: nodes.map((node) => ({ socket: node })),
    scripts,
    // Each command connects anew to a node that is away: node-redis would hold it until the node is back.
    defaults: { ...options, socket: { ...socket, reconnectStrategy: false } },
    // To connect to all nodes first is to wait, for ever, for one that is dead.
    minimizeConnections: true,
    topologyRefreshOnReconnectionAttemptStrategy: false,
  })
  cluster.on('error', settings.onError)

  let refreshedAt = 0
  cluster.on('node-error', (error: Error, { host, port }: Node) => {
    settings.onError(error)
    const address = `${host}:${port}`
    const node = cluster.nodeByAddress.get(address)
    // node-redis keeps the client of a node that it was connected to, and never connects it again.
    if (node && !node.client?.isOpen) delete node.client
    if (!cluster.isReady || Date.now() < refreshedAt + refreshEveryMs) return
    refreshedAt = Date.now()
    // By itself it asks for the new masters only while a lost connection is being repeated.
    cluster._slots.rediscover(undefined, new Set([address])).catch(settings.onError)
  })

  return {
    client: cluster,
    async *keys(pattern) {
      let cursor = '0'
      do {
        const reply = await cluster.scan(cursor, { MATCH: pattern, COUNT: 100 })
        yield reply.keys
        cursor = reply.cursor
      } while (cursor !== '0')
    },
    connect: () => cluster.connect(),
    close: () => cluster.destroy(),
  }
}
