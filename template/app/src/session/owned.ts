import type { SessionBackend, Stored } from './backend.ts'
import type { Fields } from './codec.ts'
import { handleOf } from './id.ts'
import { type Lifetimes, lastUse } from './lifetime.ts'
import { unpackStored } from './record.ts'

/** A live session of a user, for lists. */
export interface OwnedSession {
  id: string
  handle: string
  /** In ms since the epoch. */
  created: number
  /** The last use that is known, in ms since the epoch: at most a tenth of the idle time ago, and less exact close to the absolute limit. */
  used: number
  fields: Fields
}

/** The live sessions of a user that can be read, the last used first. */
export async function listOwned(
  backend: SessionBackend,
  owner: string,
  lifetimes: Lifetimes,
): Promise<OwnedSession[]> {
  const owned = await backend.owned(owner)
  return owned.flatMap((stored) => read(stored, lifetimes)).sort((a, b) => b.used - a.used)
}

function read(stored: Stored, lifetimes: Lifetimes): OwnedSession[] {
  try {
    const state = unpackStored(stored, lifetimes)
    if (!state) return []
    const { created, fields } = state
    const used = lastUse(stored.expires, created, lifetimes)
    return [{ id: stored.id, handle: handleOf(stored.id), created, used, fields }]
  } catch {
    return []
  }
}
