import { createHash } from 'node:crypto'
import { encode as pack, decode as unpack } from '@msgpack/msgpack'
import type { Stored } from '../backend/contract.ts'

/** What the app put into a session, by field. */
export type Fields = Record<string, unknown>

/** A session as this process works on it. */
export interface SessionState {
  /** Counts the writes. */
  rev: number
  /** When it began, in ms since the epoch. */
  created: number
  fields: Fields
}

/** What is known of a stored session; times in ms since the epoch, the size in bytes. */
export interface SessionInfo {
  created: number
  /** When it ends if it is not used from now on. */
  idleEnds: number
  absoluteEnds: number
  bytes: number
}

export interface Lifetimes {
  /** A session ends when it is not used for this long, in ms. */
  idleMs: number
  /** A session ends this long after it began, used or not, in ms. */
  absoluteMs: number
}

export interface RecordOptions extends Lifetimes {
  maxBytes: number
  /** How records are written; both formats can always be read. */
  format: 'json' | 'msgpack'
}

// Ids

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** Whether a text can be a session id; what cannot never reaches the backend. */
export const isSessionId = (text: string) => /^[A-Za-z0-9_-]{16,128}$/.test(text)

/** The key of a session in the backend, which never sees the id itself. */
export const recordId = (sessionId: string) => sha256(sessionId)

/** What a list shows in place of the id: it tells nothing of the id, nor of the record's key. */
export const handleOf = (id: string) => sha256(`handle:${id}`).slice(0, 32)

// Lifetimes

/** When a session that is used now expires: a tenth later than asked, so that touching it once per tenth is enough and none lives shorter than its idle time. */
export function expiryAt(now: number, created: number, { idleMs, absoluteMs }: Lifetimes): number {
  return Math.min(now + Math.ceil(idleMs * 1.1), created + absoluteMs)
}

/** Whether a session that is used now has to be touched. */
export function isTouchDue(now: number, created: number, expires: number, of: Lifetimes): boolean {
  return expires - now < of.idleMs && expires < expiryAt(now, created, of)
}

/** When a session was used last, as far as its expiry tells. */
export function lastUsed(expires: number, created: number, { idleMs }: Lifetimes): number {
  return Math.max(created, expires - Math.ceil(idleMs * 1.1))
}

/** How long the browser may keep a permanent cookie, in ms from now. */
export function cookieMaxAge(now: number, created: number, of: Lifetimes): number {
  return Math.max(0, Math.min(of.idleMs, created + of.absoluteMs - now))
}

// Records

/** Marks a session that no request may change any more, before its record is removed. */
export const closedField = '#closed'

/** The user that a session belongs to, or null before login. */
export const ownerOf = ({ user }: Fields) => (typeof user === 'string' ? user : null)

/** Which version of the user's sessions one belongs to; null where it does not say. */
export const sessionVersionOf = ({ sessionVersion }: Fields) =>
  typeof sessionVersion === 'number' ? sessionVersion : null

/** A session as the backend keeps it, expiring as if it were used now; throws a 413 when it is too large. */
export function encodeRecord(id: string, state: SessionState, options: RecordOptions): Stored {
  const { rev, created, fields } = state
  const data = encode({ created, fields }, options.format)
  // What closes a session must not be too much for it.
  if (Buffer.byteLength(data) > options.maxBytes && !(closedField in fields)) {
    const problem = new Error(`A session holds at most ${options.maxBytes} bytes`)
    throw Object.assign(problem, { status: 413, code: 'session_too_large' })
  }
  return { id, owner: ownerOf(fields), rev, expires: expiryAt(Date.now(), created, options), data }
}

/** What a backend kept; null when it has expired, whatever the backend says. Throws when it cannot be read. */
export function decodeRecord(
  stored: Stored | null,
  { absoluteMs }: Lifetimes,
): SessionState | null {
  if (!stored || stored.expires <= Date.now()) return null
  const { created, fields } = Object(decode(stored.data))
  if (!Number.isFinite(created) || typeof fields !== 'object' || fields === null) {
    throw new TypeError('This is no session')
  }
  if (created + absoluteMs <= Date.now() || closedField in fields) return null
  return { rev: stored.rev, created, fields }
}

function encode(content: object, format: RecordOptions['format']): string {
  if (format === 'json') return JSON.stringify(content)
  return Buffer.from(pack(content, { maxDepth: 10_000 })).toString('base64')
}

function decode(data: string): unknown {
  return data.startsWith('{') ? JSON.parse(data) : unpack(Buffer.from(data, 'base64'))
}
