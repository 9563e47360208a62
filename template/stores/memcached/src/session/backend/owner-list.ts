import { createHash } from 'node:crypto'
import type { MemcacheClient } from 'memcache-client'
import { maxLifeSeconds } from '../settings.ts'
import type { Stored } from './contract.ts'
import { isDone, toExpiry } from './memcached.ts'

/** Opens the lists of session ids, one list for each user and one id a line; a session that is not on its list lives on, but `owned` does not find it. */
export function openOwnerLists(client: MemcacheClient, prefix: string) {
  const keyOf = (owner: string) =>
    `${prefix}owner:${createHash('sha256').update(owner).digest('hex')}`
  // A list outlives every session on it, even when SESSION_ABSOLUTE_SECONDS is raised meanwhile.
  const listExpiry = () => toExpiry(Date.now() + maxLifeSeconds * 1000)
  const toLine = (id: string) => `${id}\n`

  /** The ids on a user's list, some of which may have expired, and the token that `shorten` needs. */
  async function read(owner: string) {
    const found = await client.gets<string>(keyOf(owner))
    // It is undefined where there is no list, whatever the type says.
    const ids: string[] = found?.value.match(/\w+/g) ?? []
    return { ids, casUniq: found?.casUniq }
  }

  /** Puts a session on its user's list; throws when the list has no room. */
  async function add({ id, owner }: Stored) {
    if (owner === null) return
    const key = keyOf(owner)
    const lifetime = listExpiry()
    // Both fail when another process begins the list, or it expires, between them, and when it is as long as an item can be.
    for (let attempt = 0; attempt < 5; attempt++) {
      if (await isDone(client.append(key, toLine(id)))) {
        await isDone(client.touch(key, lifetime))
        return
      }
      if (await isDone(client.add(key, toLine(id), { lifetime }))) return
    }
    throw new Error(`Memcached has no room for one more session of a user at "${key}"`)
  }

  return {
    read,
    add,

    /** Puts a session back on its list if a full server has dropped the list, which is used less often than the sessions. */
    async keep(stored: Stored) {
      if (stored.owner === null) return
      const { ids } = await read(stored.owner)
      if (!ids.includes(stored.id)) await add(stored)
    },

    /** Leaves only `ids` on the list; does nothing when the list was written since it was read. */
    async shorten(owner: string, ids: string[], casUniq: string | number) {
      const lifetime = listExpiry()
      await isDone(client.cas(keyOf(owner), ids.map(toLine).join(''), { casUniq, lifetime }))
    },
  }
}
