import { createClient } from 'redis'
import type { Address, Node } from './address.ts'
import { keepAlive, silenceMs } from './heartbeat.ts'
import { indexSession, replaceSession, touchSession } from './scripts.ts'

export interface ClientSettings extends Pick<Address, 'tls' | 'credentials'> {
  /** Starts every key. */
  prefix: string
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
    // The circuit breaker has the time limit of a command; node-redis' own would cost each one an AbortSignal.
    commandOptions: { timeout: 0 },
    socket: {
      connectTimeout: timeoutMs,
      socketTimeout: silenceMs(timeoutMs),
      ...(tls && { tls: true as const }),
    },
  }
}

function createServerClient(node: Node, database: number, settings: ClientSettings) {
  const { socket, ...options } = clientOptions(settings)
  // By default node-redis gives up for good after a timeout.
  const reconnectStrategy = (retries: number) => Math.min(50 * 2 ** retries, 500)
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
  | 'info'
  | 'del'
  | 'zRange'
  | 'zRem'
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

/** Writes a key of its own, which only a server does that takes writes. */
export async function writeBeat(client: Pick<Client, 'set'>, prefix: string): Promise<void> {
  await client.set(`${prefix}ping`, '', { expiration: { type: 'EX', value: 60 } })
}

/** Redis that is one server; once connected it reconnects for ever, also when the connection has gone silent or its server has become a replica. */
export function openServer(node: Node, database: number, settings: ClientSettings): Redis {
  const client = createServerClient(node, database, settings)
  const beat = () => writeBeat(client, settings.prefix)
  const stopWatching = keepAlive(client, beat, settings.timeoutMs, settings.onError)
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
