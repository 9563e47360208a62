import { setTimeout as pause } from 'node:timers/promises'
import { MemcacheClient, type MultiRetrievalResponse } from 'memcache-client'
import type { OpenBackend, Stored } from './contract.ts'
import { diagnose } from './diagnose.ts'
import { formatValue, isDone, isRefusal, parseValue, readServer, toExpiry } from './memcached.ts'
import { openOwnerLists } from './owner-list.ts'

/** Where the backend is when SESSION_STORE_URL does not say. */
export const defaultUrl = 'memcached://127.0.0.1:11211'

/** The addresses that are for this store. */
export const protocols = ['memcached:']

/** The name of the store, as the account page shows it. */
export const storeName = 'Memcached'

const maxKnown = 10_000

/** Keeps sessions in Memcached, which drops each one when it has expired, or earlier when its memory is full. */
export const openBackend: OpenBackend = async (url, { prefix, timeoutMs, onError }) => {
  const client = new MemcacheClient({
    server: readServer(url, prefix),
    cmdTimeout: timeoutMs,
    connectTimeout: timeoutMs,
    noDelay: true,
  })
  const connected = client.version().catch(onError)
  await Promise.race([connected, pause(timeoutMs, undefined, { ref: false })])

  const lists = openOwnerLists(client, prefix)
  const keyOf = (id: string) => prefix + id

  /** The session in a reply of the server; null when there is none, or it has expired. */
  function live(id: string, found: { value: string } | undefined): Stored | null {
    const stored = found ? parseValue(id, found.value) : null
    return stored && stored.expires > Date.now() ? stored : null
  }

  /** A session, and the token by which `write` knows whether it was written since. */
  async function readForWrite(id: string) {
    const found = await client.gets<string>(keyOf(id))
    const kept = live(id, found)
    return kept && { ...kept, casUniq: found.casUniq }
  }

  // A request that writes has read before, and need not read again: the token tells whether that is still true.
  const known = new Map<
    string,
    Pick<Stored, 'rev' | 'owner' | 'expires'> & { casUniq: string | number }
  >()

  /** Writes in one step; returns false, and writes nothing, when the session was written or removed since it was read. */
  function write(stored: Stored, casUniq: string | number) {
    const lifetime = toExpiry(stored.expires)
    return isDone(client.cas(keyOf(stored.id), formatValue(stored), { casUniq, lifetime }))
  }

  return {
    async read(id) {
      const found = await readForWrite(id)
      if (!found) return null
      const { casUniq, ...kept } = found
      const { rev, owner, expires } = kept
      if (known.size >= maxKnown) known.clear()
      known.set(id, { rev, owner, expires, casUniq })
      return kept
    },

    // The session first: `owned` takes an id without a session off the list.
    async insert(stored) {
      const lifetime = toExpiry(stored.expires)
      await client.set(keyOf(stored.id), formatValue(stored), { lifetime })
      await lists.add(stored)
    },

    // A write fails only when another one got through, so this ends.
    async replace(stored, rev) {
      const { id } = stored
      let found = known.get(id)
      known.delete(id)
      if (found?.rev !== rev || found.expires <= Date.now()) found = undefined
      for (;;) {
        found ??= (await readForWrite(id)) ?? undefined
        if (!found) return 'gone'
        if (found.rev !== rev) return 'changed'
        // The list first: after a failure between the two steps, `owned` would never find the session.
        if (found.owner !== stored.owner) await lists.add(stored)
        if (await write(stored, found.casUniq)) return 'done'
        found = undefined
      }
    },

    async touch(id, expires) {
      for (;;) {
        const found = await readForWrite(id)
        if (!found) return false
        const { casUniq, ...kept } = found
        if (!(await write({ ...kept, expires }, casUniq))) continue
        await lists.keep(kept)
        return true
      }
    },

    remove: async (id) => void (await isDone(client.delete(keyOf(id)))),

    async owned(owner) {
      const { ids, casUniq } = await lists.read(owner)
      if (!casUniq || ids.length === 0) return []
      const keys = [...new Set(ids)].map(keyOf)
      const found = await client.get<MultiRetrievalResponse<string>>(keys)
      const all = Object.entries(found).map(([key, value]) => live(key.slice(prefix.length), value))
      const alive = all.filter((stored) => stored !== null)
      if (alive.length < ids.length) {
        // The id of a session that now belongs to another user stays, because it may come back while this runs.
        const left = alive.map(({ id }) => id)
        await lists.shorten(owner, left, casUniq)
      }
      return alive.filter((each) => each.owner === owner)
    },

    scan() {
      throw new Error(
        'Memcached has no list of its keys, so its sessions can be neither listed nor exported. "revoke --user <name>" ends those of a user; where all have to be listed, choose another store',
      )
    },

    sweep: async () => 0,
    prepare: async () => {},
    ping: async () => void (await client.set(keyOf('ping'), '', { lifetime: 60 })),
    isRefusal,
    diagnose: () => diagnose(client),
    close: async () => client.shutdown(),
  }
}
