import type { SessionBackend, Stored } from '../backend/contract.ts'
import type { AuditLog } from './errors.ts'
import { decodeRecord, type Fields, type Lifetimes, ownerOf, sessionVersionOf } from './record.ts'

export interface LimitOptions extends Lifetimes {
  maxPerUser: number
  audit: AuditLog
}

/** The session in whose place a new one comes. */
export interface Predecessor {
  /** What it held, where no request can use it any more. */
  fields?: Fields
  /** Its record, where it is about to be removed, so that it does not count. */
  leaving?: string
}

interface Login {
  before: Fields
  after: Fields
  leaving: Predecessor['leaving'] | undefined
}

/** After a login, removes what is of an earlier session version of its user, then the oldest sessions above the limit (OWASP ASVS 7.1.2); a failure leaves that to the next login. */
export async function enforceLimit(
  backend: SessionBackend,
  { before, after, leaving }: Login,
  options: LimitOptions,
): Promise<void> {
  const owner = ownerOf(after)
  if (owner === null || owner === ownerOf(before)) return
  const current = sessionVersionOf(after) ?? 0
  try {
    const owned = (await backend.owned(owner))
      .filter(({ id }) => id !== leaving)
      .map((stored) => readAge(stored, options))
    const outdated = owned.filter(({ version }) => version < current)
    const valid = owned.filter(({ version }) => version >= current)
    // By id as well, so that logins at the same moment agree on which are the oldest.
    valid.sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1))
    const excess = valid.slice(0, Math.max(0, valid.length - options.maxPerUser))
    await Promise.all([...outdated, ...excess].map(({ id }) => backend.remove(id)))
    if (excess.length > 0) {
      options.audit('excess_sessions_exceeded', { user: owner, count: excess.length })
    }
  } catch (error) {
    options.audit('session_limit_failed', { err: error })
  }
}

interface Age {
  id: string
  created: number
  version: number
}

/** A record that cannot be read is the first to leave. */
function readAge(stored: Stored, lifetimes: Lifetimes): Age {
  const { id } = stored
  try {
    const state = decodeRecord(stored, lifetimes)
    if (!state) return { id, created: 0, version: Number.NEGATIVE_INFINITY }
    return { id, created: state.created, version: sessionVersionOf(state.fields) ?? Infinity }
  } catch {
    return { id, created: 0, version: Number.NEGATIVE_INFINITY }
  }
}
