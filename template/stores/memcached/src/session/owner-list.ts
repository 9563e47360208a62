import { createHash } from 'node:crypto'
import type { MemcacheClient } from 'memcache-client'
import type { Stored } from './backend.ts'
import { longestLifeSeconds } from './lifetime.ts'
import { isDone, toExpiry } from './memcached.ts'

/** For each user a list of session ids, a line each; one that is not on it lives on, but is not found. */
export function openOwnerLists(client: MemcacheClient, prefix: string) {
  const keyOf = (owner: string) =>
    `${prefix}owner:${createHash('sha256').update(owner).digest('hex')}`
  // It outlives every session, also when SESSION_ABSOLUTE_SECONDS is raised meanwhile.
  const listExpiry = () => toExpiry(Date.now() + longestLifeSeconds * 1000)
  const toLine = (id: string) => `${id}\n`

  /** The ids on a user's list, some of which may have ended, and the token that `shorten` needs. */
  async function read(owner: string) {
    const found = await client.gets<string>(keyOf(owner))
    // There is no answer where there is no list, whatever the type says.
    const ids: string[] = found?.value.match(/\w+/g) ?? []
    return { ids, casUniq: found?.casUniq }
  }

  /** Puts a session on its user's list; throws when that has no room. */
  async function add({ id, owner }: Stored) {
    if (owner === null) return
    const key = keyOf(owner)
    const lifetime = listExpiry()
    // Both fail when the list is begun by somebody else, or ends, between them, and when it is as long as an item can be.
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

    /** Puts a session back on the list, if a full server has dropped that: it is used less often than the sessions. */
    async keep(stored: Stored) {
      if (stored.owner === null) return
      const { ids } = await read(stored.owner)
      if (!ids.includes(stored.id)) await add(stored)
    },

    /** Leaves only `ids` on the list; without effect when one was added since it was read. */
    async shorten(owner: string, ids: string[], casUniq: string | number) {
      const lifetime = listExpiry()
      await isDone(client.cas(keyOf(owner), ids.map(toLine).join(''), { casUniq, lifetime }))
    },
  }
}
