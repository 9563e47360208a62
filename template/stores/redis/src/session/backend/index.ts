import { setTimeout as pause } from 'node:timers/promises'
import { RedisStore } from 'connect-redis'
import type { SessionData } from 'express-session'
import { ErrorReply } from 'redis'
import { maxLifeSeconds } from '../settings.ts'
import { forms, type Node, readAddress } from './address.ts'
import { type ClientSettings, clientOptions, openServer, type Redis, writeBeat } from './client.ts'
import { openCluster } from './cluster.ts'
import type { BackendOptions, OpenBackend, SessionBackend, Stored } from './contract.ts'
import { type ConnectSession, overConnectStore } from './over-connect-store.ts'
import { readInfo } from './redis-info.ts'
import { formatEnd, formatValue, lifeMs, parseValue } from './scripts.ts'
import { openMaster } from './sentinel.ts'

/** The store, as people call it. */
export const storeName = 'Redis'

/** Where the backend is when SESSION_STORE_URL does not say. */
export const defaultUrl = 'redis://127.0.0.1:6379'

/** The addresses that are for this store. */
export const protocols = Object.keys(forms)

const retryMs = 200
// What it answers to everything while it starts, or has lost its master or a part of its cluster.
const starting = /^(LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY)\b/

/** Opens the Redis at an address, as the contract of `OpenBackend` asks; throws for what is no address. */
export async function openRedis(
  url: string,
  { prefix, timeoutMs, onError }: Pick<BackendOptions, 'prefix' | 'timeoutMs' | 'onError'>,
): Promise<Redis> {
  const address = readAddress(url)
  const settings = { ...address, prefix, timeoutMs, onError }
  const options = clientOptions(settings)
  const { socket } = options
  const open = (node: Node, of: ClientSettings) => openServer(node, address.database, of)
  const kinds = {
    server: () => open(address.nodes[0] as Node, settings),
    cluster: () => openCluster(address, settings, options),
    sentinel: () => openMaster(address, settings, { socket, open }),
  }
  const redis = kinds[address.kind]()
  const { close } = redis
  let closed = false

  async function connect(): Promise<void> {
    while (!closed) {
      try {
        await redis.connect()
        return
      } catch (error) {
        if (!closed) onError(error as Error)
        await pause(retryMs)
      }
    }
  }
  await Promise.race([connect(), pause(timeoutMs, undefined, { ref: false })])

  return Object.assign(redis, {
    close() {
      closed = true
      close()
    },
  })
}

/** Keeps sessions in Redis 7 or later, which drops each one when its time is up. */
export const openBackend: OpenBackend = async (url, options) => {
  const { prefix } = options
  const redis = await openRedis(url, options)

  // A third shorter than the hexadecimal digits, and each session is in two places.
  const shorten = (id: string) => Buffer.from(id, 'hex').toString('base64url')
  const lengthen = (short: string) => Buffer.from(short, 'base64url').toString('hex')
  const keyOf = (id: string) => prefix + shorten(id)
  const client = {
    get: (id: string) => redis.client.get(keyOf(id)),
    del: (ids: string[]) => redis.client.del(ids.map(keyOf)),
  }
  const serializer = {
    stringify: (session: SessionData) => formatValue(session as ConnectSession),
    parse: (value: string) => parseValue(value) as ConnectSession,
  }
  const plain = overConnectStore(new RedisStore({ client, prefix: '', serializer }))
  const ownerKey = (owner: string) => `${prefix}user:${owner}`

  // One command a session: in a cluster each has a server of its own.
  async function readAll(ids: string[]): Promise<Stored[]> {
    const all = await Promise.all(ids.map(plain.read))
    return all.filter((stored) => stored !== null)
  }

  // The set outlives every session, also when SESSION_ABSOLUTE_SECONDS is raised meanwhile.
  async function index({ id, owner }: Stored) {
    if (owner === null) return
    await redis.client.indexSession(ownerKey(owner), shorten(id), String(maxLifeSeconds))
  }

  async function write(
    stored: Stored,
    rev: number,
    isIndexed: boolean,
  ): ReturnType<SessionBackend['replace']> {
    const ends = [String(lifeMs(stored.expires)), String(Date.now())]
    const values = [String(rev), formatValue(stored), ...ends]
    const key = keyOf(stored.id)
    const outcome = await redis.client.replaceSession(key, ...values, isIndexed ? '1' : '0')
    if (outcome !== 'unindexed') return outcome
    await index(stored)
    return write(stored, rev, true)
  }

  return {
    ...plain,

    // connect-redis gives the server the end by the app's clock.
    // The session first: `owned` takes an id without one out of the index.
    async insert(stored) {
      const expiration = { type: 'PX', value: lifeMs(stored.expires) } as const
      await redis.client.set(keyOf(stored.id), formatValue(stored), { expiration })
      await index(stored)
    },

    // connect-redis has no conditional write: its `set` would bring back a session that was logged out (tj/connect-redis#328).
    // For a new owner the index first: after a failure between the two, `owned` would never find the session.
    replace: (stored, rev) => write(stored, rev, stored.owner === null),

    // The `touch` of connect-redis moves the key's end and not the one in the value, which then looks expired.
    async touch(id, expires) {
      const ends = [formatEnd(expires), String(lifeMs(expires)), String(Date.now())]
      return (await redis.client.touchSession(keyOf(id), ...ends)) === 1
    },

    // The id of a session that is somebody else's now stays, for it may come back while this runs.
    async owned(owner) {
      const ids = (await redis.client.zRange(ownerKey(owner), 0, -1)).map(lengthen)
      const alive = await readAll(ids)
      const gone = ids.filter((id) => !alive.some((stored) => stored.id === id))
      if (gone.length > 0) await redis.client.zRem(ownerKey(owner), gone.map(shorten))
      return alive.filter((stored) => stored.owner === owner)
    },

    async *scan() {
      for await (const keys of redis.keys(`${prefix}${'?'.repeat(43)}`)) {
        const shortened = keys.map((key) => key.slice(prefix.length))
        const ids = shortened.filter((short) => /^[\w-]{43}$/.test(short)).map(lengthen)
        yield* await readAll(ids)
      }
    },

    sweep: async () => 0,
    prepare: async () => {},
    ping: async () => writeBeat(redis.client, prefix),
    isRefusal: (error) => error instanceof ErrorReply && !starting.test(error.message),
    close: async () => redis.close(),
    diagnose: async () => readInfo(await redis.client.info().catch(() => '')),
  }
}
