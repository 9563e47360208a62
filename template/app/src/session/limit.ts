import type { SessionBackend, Stored } from './backend.ts'
import type { Lifetimes } from './lifetime.ts'
import { unpackStored } from './record.ts'

interface LimitOptions extends Lifetimes {
  maxPerUser: number
}

/** Ends the oldest sessions of a user who has more than the limit (OWASP ASVS 7.1.2); logins at the same moment agree on which. */
export async function keepLimit(backend: SessionBackend, owner: string, options: LimitOptions) {
  const owned = await backend.owned(owner)
  const oldestFirst = owned
    .map((stored) => ({ id: stored.id, created: readCreated(stored, options) }))
    .sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1))
  const excess = oldestFirst.slice(0, Math.max(0, owned.length - options.maxPerUser))
  await Promise.all(excess.map(({ id }) => backend.remove(id)))
}

/** When a session began; one that cannot be read is the first to leave. */
function readCreated(stored: Stored, lifetimes: Lifetimes): number {
  try {
    return unpackStored(stored, lifetimes)?.created ?? 0
  } catch {
    return 0
  }
}
