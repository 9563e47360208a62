import { createHash } from 'node:crypto'
import type { SessionBackend, Stored } from './contract.ts'
import { createMutex } from './mutex.ts'

/** What keeps records by their id, and writes without conditions: `insert` replaces, and `read` may return what has expired. */
export interface KeyValue extends Pick<SessionBackend, 'read' | 'insert' | 'remove'> {
  /** Every record, expired or not; throws where they cannot be listed. */
  all(): AsyncIterable<Stored>
}

interface Options {
  /** The longest that a call may take, in ms. */
  timeoutMs: number
  /** How long a user's list is kept after a login, in ms: longer than any session in it lives, also after the limit was raised. */
  listMs: number
}

const isSession = ({ id }: Stored) => /^[0-9a-f]{64}$/.test(id)
const isLive = (stored: Stored | null) => stored !== null && stored.expires > Date.now()
const idsIn = (list: Stored | null): string[] => (list ? JSON.parse(list.data) : [])
const listIdOf = (owner: string) => `owner-${createHash('sha256').update(owner).digest('hex')}`

/** A backend over a key-value store: what the contract wants in one step is done under a mutex, so it holds among the requests of one process. */
export function overKeyValue(
  plain: KeyValue,
  { timeoutMs, listMs }: Options,
): Omit<SessionBackend, 'prepare' | 'ping' | 'close'> {
  const runExclusive = createMutex(timeoutMs)

  /** Looks at a record and acts, with no other change of it in between. */
  function change<Result>(id: string, act: (found: Stored | null) => Promise<Result>) {
    return runExclusive(id, async () => {
      const deadline = Date.now() + timeoutMs
      const found = await plain.read(id)
      // Whoever asked for it was told that it failed.
      if (Date.now() > deadline) throw new Error('The store answered too late to write')
      return act(found)
    })
  }

  // A store may take an end in the past for no end at all.
  const put = (stored: Stored) => (isLive(stored) ? plain.insert(stored) : plain.remove(stored.id))

  async function read(id: string): Promise<Stored | null> {
    const found = await plain.read(id)
    return isLive(found) ? found : null
  }

  const waiting = new Map<string, Set<string>>()

  /** Puts a session on its user's list, which is one more record; logins at the same moment share a write. */
  async function enlist({ id, owner }: Stored): Promise<void> {
    if (owner === null) return
    const listId = listIdOf(owner)
    const together = waiting.get(listId) ?? new Set()
    waiting.set(listId, together.add(id))
    try {
      // An earlier write may have taken it along.
      await change(listId, async (found) => {
        if (!together.has(id)) return
        const taken = [...together]
        await writeList(listId, found, taken)
        for (const each of taken) together.delete(each)
      })
    } finally {
      together.delete(id)
      if (together.size === 0 && waiting.get(listId) === together) waiting.delete(listId)
    }
  }

  async function writeList(id: string, found: Stored | null, added: string[]) {
    let ids = idsIn(found)
    // How many sessions were alive when the list was last cleared of those that have ended.
    let rev = found?.rev ?? 0
    // Not at each login: that would be a read for each session there.
    if (ids.length > 2 * rev + 20) {
      const there = await Promise.all(ids.map(read))
      ids = ids.filter((_, index) => there[index])
      rev = ids.length
    }
    const data = JSON.stringify([...new Set([...ids, ...added])])
    await put({ id, owner: null, rev, expires: Date.now() + listMs, data })
  }

  return {
    read,

    // The session first: `enlist` takes an id without one off the list.
    insert: (stored) =>
      runExclusive(stored.id, async () => {
        await put(stored)
        if (isLive(stored)) await enlist(stored)
      }),

    replace: (stored, rev) =>
      change(stored.id, async (found) => {
        if (!found || !isLive(found)) return 'gone'
        if (found.rev !== rev) return 'changed'
        // The list first: if it fails, the session is still the other's, and a second try is the same.
        if (found.owner !== stored.owner) await enlist(stored)
        await put(stored)
        return 'done'
      }),

    touch: (id, expires) =>
      change(id, async (found) => {
        if (!found || !isLive(found)) return false
        await put({ ...found, expires })
        return true
      }),

    remove: (id) => runExclusive(id, () => plain.remove(id)),

    // It writes nothing: another process may be putting a session on the list just now.
    async owned(owner) {
      const ids = idsIn(await read(listIdOf(owner)))
      const all = await Promise.all(ids.map(read))
      return all.filter((stored) => stored !== null && stored.owner === owner) as Stored[]
    },

    async *scan() {
      for await (const stored of plain.all()) {
        if (isSession(stored) && isLive(stored)) yield stored
      }
    },

    async sweep() {
      let count = 0
      for await (const { id, expires } of plain.all()) {
        if (expires > Date.now()) continue
        count += await change(id, async (found) => {
          if (!found || isLive(found)) return 0
          await plain.remove(id)
          return 1
        })
      }
      return count
    },
  }
}
