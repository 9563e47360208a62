import { setTimeout as pause } from 'node:timers/promises'
import { RedisStore } from 'connect-redis'
import type { SessionData } from 'express-session'
import { createClient } from 'redis'
import type { OpenBackend, Stored } from './backend.ts'
import { keepAlive } from './heartbeat.ts'
import { type ConnectSession, overConnectStore } from './over-connect-store.ts'
import { extendSession, formatEnd, formatValue, parseValue, replaceSession } from './scripts.ts'

/** Where the backend is when SESSION_STORE_URL does not say. */
export const defaultUrl = 'redis://127.0.0.1:6379'

/** The addresses that are for this store. */
export const protocols = ['redis:', 'rediss:']

/** Keeps sessions in Redis 7 or later, which drops each one when its time is up. */
export const openBackend: OpenBackend = async (url, options) => {
  const { prefix, absoluteMs, timeoutMs, onError, adoptFrom = 'sess:' } = options
  const client = createClient({
    url,
    scripts: { replaceSession, extendSession },
    // A queued command would hang its request for as long as the server is away.
    disableOfflineQueue: true,
    socket: {
      connectTimeout: timeoutMs,
      reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, 1000),
    },
  })
  client.on('error', onError)
  await Promise.race([client.connect().catch(onError), pause(timeoutMs, undefined, { ref: false })])

  const serializer = {
    stringify: (session: SessionData) => formatValue(session as ConnectSession),
    parse: (value: string) => parseValue(value) as ConnectSession,
  }
  const plain = overConnectStore(new RedisStore({ client, prefix, serializer }))
  const ownerKey = (owner: string) => `${prefix}owner:${owner}`

  async function readAll(ids: string[]): Promise<Stored[]> {
    const all = await Promise.all(ids.map(plain.read))
    return all.filter((stored) => stored !== null)
  }

  async function index({ id, owner }: Stored) {
    if (owner === null) return
    const key = ownerKey(owner)
    await Promise.all([client.sAdd(key, id), client.pExpire(key, absoluteMs)])
  }

  const stopChecking = keepAlive(client, timeoutMs, onError)

  return {
    ...plain,

    // The session first: `owned` takes an id without one out of the index.
    async insert(stored) {
      await plain.insert(stored)
      await index(stored)
    },

    // connect-redis has no conditional write: its `set` would bring back a session that was logged out (tj/connect-redis#328).
    async replace(stored, rev) {
      const { id, expires } = stored
      const values = [String(rev), formatValue(stored), formatEnd(expires)]
      const outcome = await client.replaceSession(prefix + id, ...values)
      if (outcome === 'moved') await index(stored)
      return outcome === 'moved' ? 'done' : outcome
    },

    // Its `touch` moves the key's end and not the one in the value, which then looks expired.
    extend: async (id, expires) =>
      (await client.extendSession(prefix + id, formatEnd(expires))) === 1,

    async owned(owner) {
      const ids = await client.sMembers(ownerKey(owner))
      const alive = (await readAll(ids)).filter((stored) => stored.owner === owner)
      const gone = ids.filter((id) => !alive.some((stored) => stored.id === id))
      if (gone.length > 0) await client.sRem(ownerKey(owner), gone)
      return alive
    },

    async *scan() {
      const pattern = `${prefix}${'?'.repeat(64)}`
      for await (const keys of client.scanIterator({ MATCH: pattern, COUNT: 100 })) {
        const ids = keys.map((key) => key.slice(prefix.length))
        yield* await readAll(ids.filter((id) => /^[0-9a-f]{64}$/.test(id)))
      }
    },

    adopt: async (sessionId) => {
      const text = await client.getDel(adoptFrom + sessionId)
      return text === null ? null : JSON.parse(text)
    },

    sweep: async () => 0,
    prepare: async () => {},
    ping: async () => void (await client.ping()),
    close: async () => {
      stopChecking()
      client.destroy()
    },
  }
}
