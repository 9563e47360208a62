import { createHash } from 'node:crypto'
import type { MemcacheClient } from 'memcache-client'
import type { BackendOptions, Stored } from './backend.ts'
import { isDone, toExpiry } from './memcached.ts'

/** For each user a list of session ids, a line each; one that is not on it lives on, but is not found. */
export function openOwnerLists(
  client: MemcacheClient,
  { prefix, absoluteMs }: Pick<BackendOptions, 'prefix' | 'absoluteMs'>,
) {
  const keyOf = (owner: string) =>
    `${prefix}owner:${createHash('sha256').update(owner).digest('hex')}`
  // No session that is on the list now can live longer.
  const listExpiry = () => toExpiry(Date.now() + absoluteMs)
  const toLine = (id: string) => `${id}\n`

  /** The ids on a user's list, some of which may have ended, and the token that `shorten` needs. */
  async function read(owner: string) {
    const found = await client.gets<string>(keyOf(owner))
    // There is no answer where there is no list, whatever the type says.
    const ids: string[] = found?.value.match(/\w+/g) ?? []
    return { ids, casUniq: found?.casUniq }
  }

  /** Puts a session on its user's list. */
  async function add({ id, owner }: Stored) {
    if (owner === null) return
    const key = keyOf(owner)
    const lifetime = listExpiry()
    // Both fail when the list is begun by somebody else, or ends, between them.
    while (!(await isDone(client.append(key, toLine(id))))) {
      if (await isDone(client.add(key, toLine(id), { lifetime }))) return
    }
    await isDone(client.touch(key, lifetime))
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
