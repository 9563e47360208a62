import { isCounter } from '../auth/counter.ts'
import { isCurrent } from '../auth/guard.ts'
import type { Users } from '../auth/users.ts'
import type { SessionBackend, Stored } from '../session/backend.ts'
import type { State } from '../session/lane.ts'
import type { Lifetimes } from '../session/lifetime.ts'
import { unpackStored } from '../session/record.ts'

export interface LiveParts {
  backend: SessionBackend
  users: Users
  lifetimes: Lifetimes
}

/** Every session of a store that neither a lifetime nor the epoch of its user has ended; also what cannot be read, for whoever looks at the list. Returns how many a user's epoch, or absence, has ended. */
export async function* scanLive(parts: LiveParts): AsyncGenerator<Stored, number> {
  const { backend, users, lifetimes } = parts
  let ended = 0
  const known = new Map((await users.list()).map((user) => [user.name, user]))
  for await (const stored of backend.scan()) {
    if (isCounter(stored)) continue
    const state = read(stored, lifetimes)
    if (state === null) continue
    const { owner } = stored
    if (owner !== null && state && !isCurrent(state.fields, known.get(owner) ?? null)) ended++
    else yield stored
  }
  return ended
}

/** Null for what has ended, undefined for what cannot be read. */
function read(stored: Stored, lifetimes: Lifetimes): State | null | undefined {
  try {
    return unpackStored(stored, lifetimes)
  } catch {
    return undefined
  }
}
