import { isCounter } from '../auth/counter.ts'
import { isCurrent } from '../auth/guard.ts'
import type { User, Users } from '../auth/users.ts'
import type { SessionBackend, Stored } from '../session/backend.ts'
import type { Lifetimes } from '../session/lifetime.ts'
import { unpackStored } from '../session/record.ts'

export interface LiveParts {
  backend: SessionBackend
  users: Users
  lifetimes: Lifetimes
}

/** Every session of a store that neither a lifetime nor the epoch of its user has ended; also what cannot be read, for whoever looks at the list. */
export async function* scanLive(parts: LiveParts): AsyncGenerator<Stored> {
  const { backend, users, lifetimes } = parts
  const known = new Map((await users.list()).map((user) => [user.name, user]))
  for await (const stored of backend.scan()) {
    const user = stored.owner === null ? undefined : (known.get(stored.owner) ?? null)
    if (!isCounter(stored) && isLive(stored, user, lifetimes)) yield stored
  }
}

/** `undefined` says that the session is nobody's. */
function isLive(stored: Stored, user: User | null | undefined, lifetimes: Lifetimes): boolean {
  try {
    const state = unpackStored(stored, lifetimes)
    return state !== null && (user === undefined || isCurrent(state.fields, user))
  } catch {
    return true
  }
}
