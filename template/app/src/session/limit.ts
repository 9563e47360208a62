import type { SessionBackend, Stored } from './backend.ts'

/** Ends a user's oldest sessions, so that one more is within the limit (OWASP ASVS 7.1.2). */
export async function makeRoom(
  backend: SessionBackend,
  owner: string,
  limit: number,
  createdOf: (stored: Stored) => number,
) {
  const owned = await backend.owned(owner)
  const excess = owned
    .map((stored) => ({ id: stored.id, created: createdOf(stored) }))
    .sort((a, b) => a.created - b.created)
    .slice(0, Math.max(0, owned.length + 1 - limit))
  await Promise.all(excess.map(({ id }) => backend.remove(id)))
}
