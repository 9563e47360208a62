import { createHmac, randomBytes } from 'node:crypto'
import { firstPart, laterPart } from './id.ts'
import { isSame } from './signature.ts'

/** What a record knows of the ids of its session; none of them can be made from it alone, as the first part is not in it. */
export interface IdChain {
  /** Random; the later parts are made from it. */
  seed: string
  /** How many later parts were used. */
  count: number
  /** When the newest was used first, in ms since the epoch. */
  since: number
}

/** Turns the newest chain of ids into the next one; may run more than once. */
export type ChangeIds = (newest: IdChain | undefined) => IdChain | undefined

/** How long the id before is good, in ms, for other tabs and for requests under way. */
export const graceMs = 10_000

/** What an id is to its session: the one in use, the one that was offered after it, the one before within its grace, or one that has been over for longer. */
export type Standing = 'present' | 'next' | 'former' | 'over'

/** What an id, whose signature is right, is to the session that it names. */
export function standingOf(sessionId: string, ids: IdChain | undefined, now: number): Standing {
  const part = laterPart(sessionId)
  if (!ids) return part === '' ? 'present' : 'over'
  const { count, since } = ids
  if (isSame(part, partAt(ids, count))) return 'present'
  if (isSame(part, partAt(ids, count + 1))) return 'next'
  const isFormer = count > 0 && isSame(part, partAt(ids, count - 1))
  return isFormer && now < since + graceMs ? 'former' : 'over'
}

/** The chain of a session that has its first id since then. */
export function beginChain(since: number): IdChain {
  return { seed: randomBytes(24).toString('base64url'), count: 0, since }
}

/** The id after the one in use: the same however often it is asked for, so that an answer which got lost does no harm. */
export function nextId(sessionId: string, ids: IdChain): string {
  return `${firstPart(sessionId)}~${partAt(ids, ids.count + 1)}`
}

/** Whether a value that was stored is a chain. */
export function isChain(value: unknown): value is IdChain {
  const { seed, count, since } = Object(value) as Partial<IdChain>
  return typeof seed === 'string' && Number.isSafeInteger(count) && Number.isFinite(since)
}

function partAt({ seed }: IdChain, count: number): string {
  if (count === 0) return ''
  return createHmac('sha256', seed).update(String(count)).digest('base64url').slice(0, 32)
}
