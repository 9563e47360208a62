import type { SessionBackend, Stored } from './backend.ts'
import type { Lifetimes } from './lifetime.ts'
import { unpackStored } from './record.ts'

interface LimitOptions extends Lifetimes {
  maxPerUser: number
}

/** Ends a user's oldest sessions, so that one more is within the limit (OWASP ASVS 7.1.2). */
export async function makeRoom(backend: SessionBackend, owner: string, options: LimitOptions) {
  const owned = await backend.owned(owner)
  const excess = owned
    .map((stored) => ({ id: stored.id, created: readCreated(stored, options) }))
    .sort((a, b) => a.created - b.created)
    .slice(0, Math.max(0, owned.length + 1 - options.maxPerUser))
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
