import type { EventEmitter } from 'node:events'
import type { KeyvStoreAdapter } from 'keyv'
import { checkAddress } from './keyv-address.ts'
import { openRedis } from './keyv-redis.ts'

/** An adapter of Keyv, and how to connect and close it. */
export interface Adapter {
  store: KeyvStoreAdapter
  connect(): Promise<void>
  close(): Promise<void>
  /** Whether what has expired stays until it is removed. */
  keepsExpired: boolean
}

type Hear = (error: Error) => void

interface Package {
  name: string
  adapter: string
  keepsExpired: boolean
  options(url: string, timeoutMs: number, onError: Hear): object
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

/** Opens the adapter for an address; throws, and says what to do, when the address cannot be read, or its package is not installed or loses sessions. */
export async function openAdapter(url: string, timeoutMs: number, onError: Hear): Promise<Adapter> {
  const protocol = url.slice(0, url.indexOf(':') + 1)
  if (protocol === 'memcache:') {
    throw new Error(
      'SESSION_STORE_URL begins with "memcache:"; @keyv/memcache keeps nothing for over 30 days, and for ever what ends within a second. Use an app made with --store memcached',
    )
  }
  checkAddress(url)
  const found = packages[protocol]
  if (!found) return openRedis(url, timeoutMs, onError)
  const { name, adapter, keepsExpired, options, close } = found
  const module: Record<string, new (options: object) => KeyvStoreAdapter> = await import(
    name
  ).catch((cause) => {
    const todo = `SESSION_STORE_URL begins with "${protocol}", which takes ${name}: npm install ${name}`
    throw cause.code === 'ERR_MODULE_NOT_FOUND' ? new Error(todo, { cause }) : cause
  })
  const store = new (module[adapter] as (typeof module)[string])(options(url, timeoutMs, onError))
  return {
    store,
    keepsExpired,
    connect: async () => {},
    close: async () => void (await (close ? close() : store.disconnect?.())),
  }
}
