import { setTimeout as pause } from 'node:timers/promises'
import { RedisStore } from 'connect-redis'
import type { SessionData } from 'express-session'
import { createClient } from 'redis'
import type { OpenBackend, Stored } from './backend.ts'
import { type ConnectSession, overConnectStore } from './over-connect-store.ts'
import { extendSession, formatEnd, formatValue, parseValue, replaceSession } from './scripts.ts'

/** Where the backend is when SESSION_STORE_URL does not say. */
export const defaultUrl = 'redis://127.0.0.1:6379'

/** Keeps sessions in Redis 7 or later, which drops each one when its time is up. */
export const openBackend: OpenBackend = async (url, { prefix, absoluteMs, timeoutMs, onError }) => {
  const client = createClient({
    url,
    scripts: { replaceSession, extendSession },
    // A queued command would hang its request for as long as the server is away.
    disableOfflineQueue: true,
    pingInterval: 10_000,
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

  return {
    ...plain,

    // The index first: an id in it without a session is dropped by `owned`, the other way round is not found.
    async insert(stored) {
      if (stored.owner !== null) {
        const key = ownerKey(stored.owner)
        await Promise.all([client.sAdd(key, stored.id), client.pExpire(key, absoluteMs)])
      }
      await plain.insert(stored)
    },

    // connect-redis has no conditional write: its `set` would bring back a session that was logged out (tj/connect-redis#328).
    replace: ({ id, ...record }, rev) =>
      client.replaceSession(
        prefix + id,
        String(rev),
        formatValue(record),
        formatEnd(record.expires),
      ),

    // Its `touch` moves the key's end and not the one in the value, which then looks expired.
    extend: async (id, expires) =>
      (await client.extendSession(prefix + id, formatEnd(expires))) === 1,

    async owned(owner) {
      const ids = await client.sMembers(ownerKey(owner))
      const alive = await readAll(ids)
      const gone = ids.filter((id) => !alive.some((stored) => stored.id === id))
      if (gone.length > 0) await client.sRem(ownerKey(owner), gone)
      return alive
    },

    async *scan() {
      const pattern = `${prefix}${'?'.repeat(64)}`
      for await (const keys of client.scanIterator({ MATCH: pattern, COUNT: 100 })) {
        yield* await readAll(keys.map((key) => key.slice(prefix.length)))
      }
    },

    sweep: async () => 0,
    ping: async () => void (await client.ping()),
    close: async () => client.destroy(),
  }
}
