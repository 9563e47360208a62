import { createHash } from 'node:crypto'
import type { SessionBackend, Stored } from '../session/backend.ts'
import { problem } from '../session/problem.ts'

/** So many failures since then, and until when the next try has to wait; in ms since the epoch. */
export interface Failures {
  count: number
  since: number
  until: number
}

/** What failures are counted of: an account, when somebody logs in or when its user proves once more who it is; an address. */
export type Kind = 'login' | 'reauth' | 'address'

/** How long failures count, in ms: `perLast` from the last one, or `perFirst` from the first. */
export type Memory = { perLast: number } | { perFirst: number }

const mark = '{"failures":'
const tries = 10

/** Whether what a backend has is a counter, and no session. */
export function isCounter({ data }: Stored): boolean {
  return data.startsWith(mark)
}

/** Counters of failures in the backend of the sessions, by its contract, so that all instances share them and every store has them. */
export function createCounters(backend: SessionBackend) {
  // No session id hashes to this, for it would have to hold a NUL.
  const idOf = (kind: string, name: string) =>
    createHash('sha256').update(`failures\0${kind}\0${name}`).digest('hex')

  function toStored(id: string, failures: Failures, rev: number, memory: Memory): Stored {
    const { since, until } = failures
    const end = 'perLast' in memory ? Date.now() + memory.perLast : since + memory.perFirst
    const data = `${mark}${JSON.stringify(failures)}}`
    return { id, owner: null, rev, expires: Math.max(end, until), data }
  }

  async function load(id: string): Promise<(Failures & { rev: number }) | null> {
    const stored = await backend.read(id)
    if (!stored || !isCounter(stored)) return null
    return { ...JSON.parse(stored.data).failures, rev: stored.rev }
  }

  /** Answers false when another process was faster, which some backends refuse. */
  async function begin(stored: Stored): Promise<boolean> {
    try {
      await backend.insert(stored)
      return true
    } catch (error) {
      if (await load(stored.id)) return false
      throw error
    }
  }

  return (kind: Kind, name: string, memory: Memory) => {
    const id = idOf(kind, name)
    return {
      read: (): Promise<Failures | null> => load(id),

      /** Counts one failure more; `waitMs` says how long the next try waits after so many. */
      async add(waitMs: (count: number) => number): Promise<void> {
        for (let left = tries; left > 0; left--) {
          const known = await load(id)
          const count = (known?.count ?? 0) + 1
          const now = Date.now()
          const failures = { count, since: known?.since ?? now, until: now + waitMs(count) }
          const next = toStored(id, failures, (known?.rev ?? 0) + 1, memory)
          if (known && (await backend.replace(next, known.rev)) === 'done') return
          if (!known && (await begin(next))) return
        }
        throw problem(503, 'login_busy', 'Other processes kept counting failures')
      },

      reset: (): Promise<void> => backend.remove(id),
    }
  }
}
