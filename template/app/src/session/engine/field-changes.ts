import session from 'express-session'
import { httpError } from './errors.ts'
import { type Content, type Fields, tooLarge } from './record.ts'

/**
 * What a session holds now, without its cookie; text that is not the `known` one is checked first.
 * Throws a 500 for what JSON cannot hold (BigInt, a cycle) and for names that objects have already,
 * and a 413 for what is nested too deep.
 */
export function snapshot(session: object, known?: string): Content {
  const { cookie: _cookie, ...fields } = session as Fields
  const text = toText(fields)
  if (text !== known) {
    refuseNames(fields, text)
    refuseDepth(fields, text)
  }
  return { fields, text }
}

function toText(fields: Fields): string {
  try {
    return JSON.stringify(fields)
  } catch {
    for (const [field, value] of Object.entries(fields)) refuseValue(field, value)
    throw unstorable('toJSON', nameTaken)
  }
}

function refuseValue(field: string, value: unknown) {
  try {
    JSON.stringify(value)
  } catch (cause) {
    if (cause instanceof RangeError) {
      throw tooLarge(`Session field "${field}" is nested too deep`, cause)
    }
    throw unstorable(field, 'cannot be stored', cause)
  }
}

const nameTaken = 'has a name that is taken'

const maxDepth = 1000

/** Deeper values end JSON.stringify, express-session's or a database's, somewhere else each time. */
function isDeeper(value: unknown, than: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return than === 0 || Object.values(value).some((each) => isDeeper(each, than - 1))
}

function refuseDepth(fields: Fields, text: string) {
  // Each level is two characters at least.
  if (text.length < 2 * maxDepth) return
  for (const [field, value] of Object.entries(fields)) {
    if (isDeeper(value, maxDepth)) throw tooLarge(`Session field "${field}" is nested too deep`)
  }
}

function refuseNames(fields: Fields, text: string) {
  for (const field of Object.keys(fields)) {
    // express-session would leave out the first when it reads the session again; JSON would call the other.
    if (field in session.Session.prototype || field === 'toJSON') throw unstorable(field, nameTaken)
  }
  if (!text.includes('"__proto__":')) return
  for (const [field, value] of Object.entries(fields)) {
    if (JSON.stringify(value)?.includes('"__proto__":')) {
      throw unstorable(field, 'has a key __proto__')
    }
  }
}

/** Throws a 500 when a field was put in the place of what express-session needs, and is not among the fields. */
export function refuseReplaced(data: object): void {
  if (!(data instanceof session.Session)) throw unstorable('__proto__', nameTaken)
  for (const field of ['save', 'reload'] as const) {
    if (typeof data[field] !== 'function') throw unstorable(field, nameTaken)
  }
}

function unstorable(field: string, why: string, cause?: unknown) {
  return httpError(500, 'session_unstorable', `Session field "${field}" ${why}`, cause)
}

/** Brings what changed between two texts of a session, field by field, into the newest content; the rest stays as it is there. */
export function mergeChanges(before: string, after: Content): (newest: Content) => Content {
  return (newest) => {
    if (newest.text === before) return after
    const [was, is, fields]: [Fields, Fields, Fields] = [
      JSON.parse(before),
      JSON.parse(after.text),
      JSON.parse(newest.text),
    ]
    for (const [field, value] of Object.entries(is)) {
      if (JSON.stringify(was[field]) !== JSON.stringify(value)) fields[field] = value
    }
    for (const field of Object.keys(was)) {
      if (!(field in is)) delete fields[field]
    }
    return { fields, text: JSON.stringify(fields) }
  }
}
