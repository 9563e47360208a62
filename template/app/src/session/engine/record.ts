import { hash } from 'node:crypto'
import { encode as pack, decode as unpack } from '@msgpack/msgpack'
import type { Stored } from '../backend/contract.ts'

/** What the app put into a session, by field. */
export type Fields = Record<string, unknown>

/** What a session holds at a moment: its fields, and the JSON of them, which alone counts. */
export interface Content {
  /** The objects in here may be those of a request, which goes on changing them. */
  fields: Fields
  text: string
}

/** A session as this process works on it. */
export interface SessionState extends Content {
  /** Counts the writes. */
  rev: number
  /** When it began, in ms since the epoch. */
  created: number
  /** Whether no request may change it any more, for its record is about to be removed. */
  closed?: boolean
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

const sha256 = (text: string) => hash('sha256', text)

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

/** The user that a session belongs to, or null before login. */
export const ownerOf = ({ user }: Fields) => (typeof user === 'string' ? user : null)

/** Which version of the user's sessions one belongs to; null where it does not say. */
export const sessionVersionOf = ({ sessionVersion }: Fields) =>
  typeof sessionVersion === 'number' ? sessionVersion : null

/** What a request put into its session is more than a session can hold: a 413. */
export function tooLarge(message: string, cause?: unknown): Error {
  const problem = new Error(message, { cause })
  return Object.assign(problem, { status: 413, code: 'session_too_large' })
}

/** A session as the backend keeps it, expiring as if it were used now; throws a 413 when it is too large. */
export function encodeRecord(id: string, state: SessionState, options: RecordOptions): Stored {
  const { rev, created, fields, closed } = state
  const data = encode(state, options.format)
  // What closes a session must not be too much for it.
  if (Buffer.byteLength(data) > options.maxBytes && !closed) {
    throw tooLarge(`A session holds at most ${options.maxBytes} bytes`)
  }
  return { id, owner: ownerOf(fields), rev, expires: expiryAt(Date.now(), created, options), data }
}

/** A session that is live; null when it has expired, whatever the backend says. Throws when it cannot be read. */
export function decodeRecord(
  stored: Stored | null,
  { absoluteMs }: Lifetimes,
): SessionState | null {
  if (!stored || stored.expires <= Date.now()) return null
  const { rev, data } = stored
  const { created, closed, fields } = Object(decode(data))
  if (!Number.isFinite(created) || typeof fields !== 'object' || fields === null) {
    throw new TypeError('This is no session')
  }
  if (created + absoluteMs <= Date.now() || closed) return null
  const head = headOf(created)
  // The text of what was just parsed: to make it again would cost as much as all the rest.
  const text = data.startsWith(head) ? data.slice(head.length, -1) : JSON.stringify(fields)
  return { rev, created, fields, text }
}

const headOf = (created: number) => `{"created":${created},"fields":`

function encode({ created, closed, text }: SessionState, format: RecordOptions['format']): string {
  const json = closed
    ? `{"created":${created},"closed":true,"fields":${text}}`
    : `${headOf(created)}${text}}`
  if (format === 'json') return json
  return Buffer.from(pack(JSON.parse(json), { maxDepth: 10_000 })).toString('base64')
}

function decode(data: string): unknown {
  return data.startsWith('{') ? JSON.parse(data) : unpack(Buffer.from(data, 'base64'))
}
