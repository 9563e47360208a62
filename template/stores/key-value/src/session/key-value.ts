import { createHash } from 'node:crypto'
import type { BackendOptions, SessionBackend, Stored } from './backend.ts'
import { createTurns } from './turns.ts'

/** What keeps records by their id, and writes without conditions: `insert` replaces, and `read` may answer what has expired. */
export interface KeyValue extends Pick<SessionBackend, 'read' | 'insert' | 'remove'> {
  /** Every record, expired or not; throws where they cannot be listed. */
  all(): AsyncIterable<Stored>
}

const isSession = ({ id }: Stored) => /^[0-9a-f]{64}$/.test(id)
const isLive = (stored: Stored | null) => stored !== null && stored.expires > Date.now()
const idsIn = (index: Stored | null): string[] => (index ? JSON.parse(index.data) : [])
const indexId = (owner: string) => `owner-${createHash('sha256').update(owner).digest('hex')}`

/** A backend over a key-value store: what the contract wants in one step is done in turns, so it holds among the requests of one process. */
export function overKeyValue(
  plain: KeyValue,
  { absoluteMs, timeoutMs }: BackendOptions,
): Omit<SessionBackend, 'prepare' | 'ping' | 'close'> {
  const inTurn = createTurns(timeoutMs)

  /** Looks at a record and acts, with no other change of it in between. */
  function change<Answer>(id: string, act: (found: Stored | null) => Promise<Answer>) {
    return inTurn(id, async () => {
      const deadline = Date.now() + timeoutMs
      const found = await plain.read(id)
      // The turn is over, and what others have done since must stay.
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

  /** A user's ids are one more record, which outlives every session that is in it. */
  function index(owner: string, edit: (ids: string[]) => string[]) {
    const id = indexId(owner)
    return change(id, async (found) => {
      const data = JSON.stringify(edit(idsIn(found)))
      await put({ id, owner: null, rev: 0, expires: Date.now() + absoluteMs, data })
    })
  }

  // The session is written first: `owned` takes an id without one out of the index.
  async function putNew(stored: Stored) {
    await put(stored)
    const { id, owner } = stored
    if (owner !== null && isLive(stored)) await index(owner, (ids) => [...ids, id])
  }

  return {
    read,
    insert: putNew,

    replace: (stored, rev) =>
      change(stored.id, async (found) => {
        if (!found || !isLive(found)) return 'gone'
        if (found.rev !== rev) return 'changed'
        await (found.owner === stored.owner ? put(stored) : putNew(stored))
        return 'done'
      }),

    extend: (id, expires) =>
      change(id, async (found) => {
        if (!found || !isLive(found)) return false
        await put({ ...found, expires })
        return true
      }),

    remove: (id) => inTurn(id, () => plain.remove(id)),

    async owned(owner) {
      const ids = idsIn(await read(indexId(owner)))
      const all = await Promise.all(ids.map(read))
      const alive = all.filter((stored) => stored !== null && stored.owner === owner) as Stored[]
      const gone = ids.filter((id) => !alive.some((stored) => stored.id === id))
      if (gone.length > 0) await index(owner, (newest) => newest.filter((id) => !gone.includes(id)))
      return alive
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
