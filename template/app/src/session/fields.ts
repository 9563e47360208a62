import type { Fields } from './codec.ts'
import { problem } from './problem.ts'

/** The fields of a session as JSON texts, so that two moments of it can be compared. */
export type Snapshot = ReadonlyMap<string, string>

/** Takes a snapshot of a session without its cookie; throws a 500 for what JSON cannot hold (BigInt, a cycle). */
export function takeSnapshot(session: object): Snapshot {
  const snapshot = new Map<string, string>()
  for (const [field, value] of Object.entries(session)) {
    if (field === 'cookie') continue
    try {
      const text: string | undefined = JSON.stringify(value)
      if (text !== undefined) snapshot.set(field, text)
    } catch (cause) {
      throw problem(500, 'session_unstorable', `Session field "${field}" cannot be stored`, cause)
    }
  }
  return snapshot
}

/** Whether two snapshots hold the same. */
export function sameFields(a: Snapshot, b: Snapshot): boolean {
  return a.size === b.size && [...a].every(([field, text]) => b.get(field) === text)
}

/** The fields of a snapshot. */
export function readSnapshot(snapshot: Snapshot): Fields {
  return Object.fromEntries([...snapshot].map(([field, text]) => [field, JSON.parse(text)]))
}

/** Brings what changed between two snapshots, field by field, into the newest fields; the rest stays as it is there. */
export function applyChanges(before: Snapshot, after: Snapshot): (newest: Fields) => Fields {
  return (newest) => {
    const merged = takeSnapshot(newest) as Map<string, string>
    for (const [field, text] of after) {
      if (before.get(field) !== text) merged.set(field, text)
    }
    for (const field of before.keys()) {
      if (!after.has(field)) merged.delete(field)
    }
    return readSnapshot(merged)
  }
}
