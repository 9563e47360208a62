import session from 'express-session'
import { httpError } from './errors.ts'
import type { Fields } from './record.ts'

/** The fields of a session as JSON texts, so that two moments of it can be compared. */
export type Snapshot = ReadonlyMap<string, string>

/** Takes a snapshot of a session without its cookie; throws a 500 for what JSON cannot hold (BigInt, a cycle) and for names that objects have already. */
export function snapshot(session: object): Snapshot {
  const snapshot = new Map<string, string>()
  for (const [field, value] of Object.entries(session)) {
    if (field === 'cookie') continue
    const text = toText(field, value)
    if (text !== undefined) snapshot.set(field, text)
  }
  return snapshot
}

function toText(field: string, value: unknown): string | undefined {
  const refuse = (why: string, cause?: unknown) =>
    httpError(500, 'session_unstorable', `Session field "${field}" ${why}`, cause)
  // express-session would leave it out when it reads the session again.
  if (field in session.Session.prototype) throw refuse('has a name that is taken')
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch (cause) {
    throw refuse('cannot be stored', cause)
  }
  if (text?.includes('"__proto__":')) throw refuse('has a key __proto__')
  return text
}

/** Whether two snapshots hold the same. */
export function isSame(a: Snapshot, b: Snapshot): boolean {
  return a.size === b.size && [...a].every(([field, text]) => b.get(field) === text)
}

/** The fields of a snapshot. */
export function toFields(snapshot: Snapshot): Fields {
  return Object.fromEntries([...snapshot].map(([field, text]) => [field, JSON.parse(text)]))
}

/** Brings what changed between two snapshots, field by field, into the newest fields; the rest stays as it is there. */
export function mergeChanges(before: Snapshot, after: Snapshot): (newest: Fields) => Fields {
  return (newest) => {
    const merged = snapshot(newest) as Map<string, string>
    for (const [field, text] of after) {
      if (before.get(field) !== text) merged.set(field, text)
    }
    for (const field of before.keys()) {
      if (!after.has(field)) merged.delete(field)
    }
    return toFields(merged)
  }
}
