import { createClient } from 'redis'
import type { Address, Node } from './address.ts'
import { keepAlive } from './heartbeat.ts'
import { extendSession, indexSession, replaceSession } from './scripts.ts'

export interface ClientSettings extends Pick<Address, 'tls' | 'credentials'> {
  timeoutMs: number
  onError(error: Error): void
}

/** What every connection has, to whatever kind of server: it fails at once while the server is away. */
export function clientOptions({ tls, credentials, timeoutMs }: ClientSettings) {
  return {
    ...credentials,
    scripts: { replaceSession, extendSession, indexSession },
    // A queued command would hang its request for as long as the server is away.
    disableOfflineQueue: true,
    socket: {
      connectTimeout: timeoutMs,
      ...(tls && { tls: true as const }),
    },
  }
}

/** A client of one server that is still to be connected; from then on it reconnects for ever, within a second once the server is there, and when it has gone silent. */
export function createServerClient(node: Node, database: number, settings: ClientSettings) {
  const { socket, ...options } = clientOptions(settings)
  // By default node-redis gives up for good after a timeout.
  const reconnectStrategy = (retries: number) => Math.min(50 * 2 ** retries, 1000)
  const client = createClient({
    ...options,
    database,
    socket: { ...socket, ...node, reconnectStrategy },
  })
  client.on('error', settings.onError)
  const stopWatching = keepAlive(client, settings.timeoutMs, settings.onError)
  return {
    client,
    close() {
      stopWatching()
      client.destroy()
    },
  }
}

type ServerClient = ReturnType<typeof createServerClient>['client']

/** Sends commands to a server, to the node of a cluster that has the key, or to the master of the moment. */
export type Client = Pick<
  ServerClient,
  | 'get'
  | 'set'
  | 'del'
  | 'getDel'
  | 'sMembers'
  | 'sRem'
  | 'ping'
  | 'replaceSession'
  | 'extendSession'
  | 'indexSession'
>

/** Redis, whatever it is made of. */
export interface Redis {
  /** Ask for it at each call: it may be another one after a failover; throws while there is none. */
  readonly client: Client
  /** The keys of all servers that match a pattern, in portions. */
  keys(pattern: string): AsyncIterable<string[]>
  /** Resolves once a server has been reached. */
  connect(): Promise<unknown>
  close(): void
}

/** Redis that is one server. */
export function openServer({ nodes, database }: Address, settings: ClientSettings): Redis {
  const { client, close } = createServerClient(nodes[0] as Node, database, settings)
  return {
    client,
    keys: (pattern) => client.scanIterator({ MATCH: pattern, COUNT: 100 }),
    connect: () => client.connect(),
    close,
  }
}
