import type { Stored } from './backend.ts'
import { decode, encode, type Fields, type Format } from './codec.ts'
import { beginChain } from './id-chain.ts'
import type { State } from './lane.ts'
import { endFrom, type Lifetimes } from './lifetime.ts'
import { problem } from './problem.ts'

export interface RecordOptions extends Lifetimes {
  format: Format
  maxBytes: number
}

/** The user that a session belongs to, or null before login. */
export function ownerOf({ user }: Fields): string | null {
  return typeof user === 'string' ? user : null
}

/** The user's epoch that a session belongs to; null where it says none. */
export function epochOf({ epoch }: Fields): number | null {
  return typeof epoch === 'number' ? epoch : null
}

/** A field that ends a session for every request, before its record is removed. */
export const closedField = '#closed'

/** A session that begins now; with a chain of ids where they are rotated after some ms, 0 meaning never. */
export function beginState(fields: Fields, { rotateMs }: { rotateMs: number }): State {
  const created = Date.now()
  return { rev: 1, created, fields, ...(rotateMs > 0 && { ids: beginChain(created) }) }
}

/** What a chain of ids takes in a record at most, in bytes. */
const idsBytes = 120

/** A session as the backend keeps it, ending as if it were used now; throws a 413 when it is too large. */
export function packState(id: string, state: State, options: RecordOptions): Stored {
  const { rev, ...content } = state
  const { created, fields, ids } = content
  const data = encode(content, options.format)
  // What closes a session, or gives it another id, must not be too much for it.
  const spare = ids ? idsBytes : 0
  if (Buffer.byteLength(data) > options.maxBytes + spare && !(closedField in fields)) {
    throw problem(413, 'session_too_large', `A session holds at most ${options.maxBytes} bytes`)
  }
  return { id, owner: ownerOf(fields), rev, expires: endFrom(Date.now(), created, options), data }
}

/** What a backend kept; null when it has ended, whatever the backend says. Throws when it cannot be read. */
export function unpackStored(stored: Stored | null, { absoluteMs }: Lifetimes): State | null {
  if (!stored || stored.expires <= Date.now()) return null
  const content = decode(stored.data)
  if (content.created + absoluteMs <= Date.now() || closedField in content.fields) return null
  return { rev: stored.rev, ...content }
}
