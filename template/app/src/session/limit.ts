import type { SessionBackend, Stored } from './backend.ts'
import type { Fields } from './codec.ts'
import type { Lifetimes } from './lifetime.ts'
import { problem } from './problem.ts'
import { epochOf, ownerOf, unpackStored } from './record.ts'
import type { Tell } from './tell.ts'

export interface LimitOptions extends Lifetimes {
  maxPerUser: number
  limitPolicy: 'evict-oldest' | 'deny-new'
  /** Hears what the log is to know. */
  tell: Tell
}

/** A session that has come, and one that it takes the place of and that is about to go. */
interface Which {
  id: string
  leaving?: string | undefined
}

/**
 * Makes a function that keeps the limit of a user who has got one more session (OWASP ASVS 7.1.2).
 * A failure leaves that to the next login; throws a 409 when the new session is the one that has to go.
 */
export function createLimit(backend: SessionBackend, options: LimitOptions) {
  const { tell, limitPolicy, maxPerUser } = options

  return async function limit(which: Which, before: Fields, after: Fields): Promise<void> {
    const owner = ownerOf(after)
    if (owner === null || owner === ownerOf(before)) return
    try {
      const count = await endExcess(backend, { ...which, owner, epoch: epochOf(after) }, options)
      if (count === 0) return
      tell('excess_sessions_exceeded', { user: owner, count })
    } catch (error) {
      tell('session_limit_failed', { err: error })
      return
    }
    if (limitPolicy === 'deny-new') {
      throw problem(409, 'session_limit', `A user has at most ${maxPerUser} sessions`)
    }
  }
}

/** Ends what is of an earlier epoch than a new session; then, of what is above the limit, that session or the oldest ones, and answers how many; logins at the same moment agree on which are the oldest. */
async function endExcess(
  backend: SessionBackend,
  { id, leaving, owner, epoch }: Which & { owner: string; epoch: number | null },
  { limitPolicy, maxPerUser, ...lifetimes }: LimitOptions,
): Promise<number> {
  const owned = (await backend.owned(owner))
    .filter((stored) => stored.id !== leaving)
    .map((stored) => readAge(stored, lifetimes))
  const over = owned.filter((each) => each.epoch < (epoch ?? 0))
  const oldestFirst = owned
    .filter((each) => !over.includes(each))
    .sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1))
  const excess = Math.max(0, oldestFirst.length - maxPerUser)
  const oldest = oldestFirst.slice(0, excess)
  const tooMany = excess > 0 && limitPolicy === 'deny-new' ? [{ id }] : oldest
  await Promise.all([...over, ...tooMany].map((each) => backend.remove(each.id)))
  return tooMany.length
}

/** When a session began, and its epoch; one that cannot be read is the first to leave. */
function readAge(stored: Stored, lifetimes: Lifetimes) {
  const { id } = stored
  try {
    const state = unpackStored(stored, lifetimes)
    // One without an epoch was adopted, and its user may not have moved on since.
    if (state) return { id, created: state.created, epoch: epochOf(state.fields) ?? Infinity }
  } catch {
    // What is below counts for it.
  }
  return { id, created: 0, epoch: Number.NEGATIVE_INFINITY }
}
