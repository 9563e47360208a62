import { createClient } from 'redis'
import type { Address, Node } from './address.ts'
import { keepAlive } from './heartbeat.ts'
import { indexSession, replaceSession, touchSession } from './scripts.ts'

export interface ClientSettings extends Pick<Address, 'tls' | 'credentials'> {
  timeoutMs: number
  onError(error: Error): void
}

export type ClientOptions = ReturnType<typeof clientOptions>

/** The options of every connection, to whatever kind of server: it fails at once while the server is away. */
export function clientOptions({ tls, credentials, timeoutMs }: ClientSettings) {
  return {
    ...credentials,
    scripts: { replaceSession, touchSession, indexSession },
    // A queued command would hang its request for as long as the server is away.
    disableOfflineQueue: true,
    socket: { connectTimeout: timeoutMs, ...(tls && { tls: true as const }) },
  }
}

function createServerClient(node: Node, database: number, settings: ClientSettings) {
  const { socket, ...options } = clientOptions(settings)
  // By default node-redis gives up for good after a timeout.
  const reconnectStrategy = (retries: number) => Math.min(50 * 2 ** retries, 1000)
  const client = createClient({
    ...options,
    database,
    socket: { ...socket, ...node, reconnectStrategy },
  })
  client.on('error', settings.onError)
  return client
}

/** Sends commands to a server, to the node of a cluster that has the key, or to the current master. */
export type Client = Pick<
  ReturnType<typeof createServerClient>,
  | 'get'
  | 'set'
  | 'del'
  | 'sMembers'
  | 'sRem'
  | 'ping'
  | 'replaceSession'
  | 'touchSession'
  | 'indexSession'
>

/** Redis, whatever it is made of. */
export interface Redis {
  /** Ask for it at each call: after a failover it may be another one; throws while there is none. */
  readonly client: Client
  /** The keys of strings that match a pattern, on all servers, in portions. */
  keys(pattern: string): AsyncIterable<string[]>
  /** Resolves once a server has been reached. */
  connect(): Promise<unknown>
  close(): void
}

/** Redis that is one server; once connected it reconnects for ever, also when the connection has gone silent. */
export function openServer(node: Node, database: number, settings: ClientSettings): Redis {
  const client = createServerClient(node, database, settings)
  const stopWatching = keepAlive(client, settings.timeoutMs, settings.onError)
  return {
    client,
    keys: (pattern) => client.scanIterator({ MATCH: pattern, COUNT: 100, TYPE: 'string' }),
    connect: () => client.connect(),
    close() {
      stopWatching()
      client.destroy()
    },
  }
}
