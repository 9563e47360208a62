import type { EventEmitter } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import KeyvRedis, { createClient } from '@keyv/redis'
import type { Keyv, KeyvStoreAdapter } from 'keyv'
import type { BackendOptions, Diagnosis } from './contract.ts'
import { keepAlive, silenceMs } from './heartbeat.ts'
import { readInfo } from './redis-info.ts'

/** An adapter of Keyv, and how to connect and close it. */
export interface Adapter {
  store: KeyvStoreAdapter
  connect(): Promise<void>
  close(): Promise<void>
  /** Whether what has expired stays until it is removed. */
  keepsExpired: boolean
  diagnose?(): Promise<Diagnosis>
}

type Options = Pick<BackendOptions, 'prefix' | 'timeoutMs' | 'onError'>
type OnError = Options['onError']

interface Package {
  name: string
  adapter: string
  keepsExpired: boolean
  options(url: string, timeoutMs: number, onError: OnError): object
  close?(): void
}

const postgres: Package = {
  name: '@keyv/postgres',
  adapter: 'KeyvPostgres',
  keepsExpired: true,
  options: (uri, ms, onError) => ({
    uri,
    connectionTimeoutMillis: ms,
    query_timeout: ms,
    // Nobody hears the errors of its pool, so a server that hangs up would end the process. The pool
    // calls this as a method of its own, before it connects.
    log(this: EventEmitter) {
      if (this.listenerCount('error') === 0) this.on('error', onError)
    },
    // Its `disconnect` would end the pool of all that have the same address open.
    allowExitOnIdle: true,
  }),
  close: () => {},
}

const mongo: Package = {
  name: '@keyv/mongo',
  adapter: 'KeyvMongo',
  keepsExpired: false,
  options: (url, ms) => ({ url, serverSelectionTimeoutMS: ms, socketTimeoutMS: ms }),
}

const packages: Record<string, Package> = {
  'postgres:': postgres,
  'postgresql:': postgres,
  'mongodb:': mongo,
  'mongodb+srv:': mongo,
  'mysql:': {
    name: '@keyv/mysql',
    adapter: 'KeyvMysql',
    keepsExpired: true,
    options: (uri) => ({ uri }),
  },
  'sqlite:': {
    name: '@keyv/sqlite',
    adapter: 'KeyvSqlite',
    keepsExpired: true,
    options: (uri, busyTimeout) => ({ uri, busyTimeout }),
  },
  'etcd:': {
    name: '@keyv/etcd',
    adapter: 'KeyvEtcd',
    keepsExpired: true,
    options: (url) => ({ url }),
  },
  'file:': {
    name: 'keyv-file',
    adapter: 'KeyvFile',
    keepsExpired: false,
    options: (url) => ({ filename: url.replace(/^file:(\/\/)?/, ''), writeDelay: 10 }),
  },
}

/** The addresses that there is an adapter for, and `memcache:`, to be refused with the reason. */
export const protocols = ['redis:', 'rediss:', ...Object.keys(packages), 'memcache:']

/** Keyv's adapter on a Redis client that waits for a server that is away, and lets no command wait. */
function openRedis(url: string, { prefix, timeoutMs, onError }: Options): Adapter {
  const client = createClient({
    url,
    // A queued command would hang its request for as long as the server is away.
    disableOfflineQueue: true,
    // The circuit breaker has the time limit of a command.
    commandOptions: { timeout: 0 },
    socket: {
      connectTimeout: timeoutMs,
      socketTimeout: silenceMs(timeoutMs),
      reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, 500),
    },
  })
  // Without it the adapter returns "there is no such key" when Redis fails, and Keyv's own throwOnErrors does not reach it.
  const store = new KeyvRedis<string>(client, {
    throwOnErrors: true,
    noNamespaceAffectsAll: true,
    keyPrefixSeparator: '',
  })
  // Without a namespace it would fetch what all others keep in this Redis, and fail where it may not.
  const iterate = store.iterator.bind(store)
  store.iterator = async function* <Value>() {
    for await (const [key, value] of iterate(prefix)) yield [prefix + key, value as Value]
  }
  // Only a server that takes writes does it.
  const beat = () => client.set(`${prefix}ping`, '', { EX: 60 })
  const stopChecking = keepAlive(client, beat, timeoutMs, onError)
  return {
    store,
    keepsExpired: false,
    connect: async () => {
      await Promise.race([client.connect(), pause(timeoutMs, undefined, { ref: false })])
    },
    close: async () => {
      stopChecking()
      client.destroy()
      // The adapter would connect anew, for ever, for what is asked of it after the end.
      client.connect = () => Promise.reject(new Error('The connection is closed'))
    },
    diagnose: async () => readInfo(await client.info().catch(() => '')),
  }
}

/** Opens the adapter for an address; throws, and says what to do, when the address cannot be read, its package is not installed, or it loses sessions. */
export async function openAdapter(url: string, options: Options): Promise<Adapter> {
  const protocol = url.slice(0, url.indexOf(':') + 1)
  if (protocol === 'memcache:') {
    throw new Error(
      'SESSION_STORE_URL begins with "memcache:"; @keyv/memcache keeps nothing for over 30 days, and for ever what ends within a second. Use an app made with --store memcached',
    )
  }
  checkAddress(url)
  const found = packages[protocol]
  if (!found) return openRedis(url, options)
  const { name, adapter, keepsExpired, close } = found
  const module: Record<string, new (options: object) => KeyvStoreAdapter> = await import(
    name
  ).catch((cause) => {
    const todo = `SESSION_STORE_URL begins with "${protocol}", which takes ${name}: npm install ${name}`
    throw cause.code === 'ERR_MODULE_NOT_FOUND' ? new Error(todo, { cause }) : cause
  })
  const store = new (module[adapter] as (typeof module)[string])(
    found.options(url, options.timeoutMs, options.onError),
  )
  return {
    store,
    keepsExpired,
    connect: async () => {},
    close: async () => void (await (close ? close() : store.disconnect?.())),
  }
}

/** Throws, without the password, when the address of a server cannot be read. */
export function checkAddress(url: string): void {
  const protocol = url.slice(0, url.indexOf(':') + 1)
  const isRead = url.startsWith(`${protocol}//`) && URL.canParse(firstHost(url))
  if (isRead || /^(file|sqlite):/.test(protocol)) return
  // Where there is no @, what follows // may be a password without its host.
  const shown = url.replace(/:(.*@|[^@]*$)/s, '://***@')
  throw new Error(
    `SESSION_STORE_URL is "${shown}", which cannot be read; write ${protocol}//user:password@host:port, in a password with %2F for /, %23 for #, %3F for ?, %40 for @ and %25 for %`,
  )
}

/** The address with the first of its hosts, where an adapter takes several: `mongodb://a:1,b:2/db` is no URL. */
function firstHost(url: string): string {
  return /^(mongodb|etcd):/.test(url) ? url.replace(/(,[^,/?@]+)+(?=[/?]|$)/, '') : url
}

/** Every key of the adapter below a Keyv, with its value; throws where they cannot be listed, or not to the end. */
export async function* listAll(
  keyv: Keyv,
  store: KeyvStoreAdapter,
): AsyncGenerator<Array<string | undefined>> {
  if (!store.iterator) throw new Error('This adapter of Keyv cannot list what it keeps')
  const errors: unknown[] = []
  const collect = (error: unknown) => void errors.push(error)
  keyv.on('error', collect)
  try {
    yield* store.iterator<string>()
  } finally {
    keyv.off('error', collect)
  }
  // @keyv/postgres and others emit what went wrong, and end the list as if it were whole.
  if (errors.length > 0) throw errors[0]
}
