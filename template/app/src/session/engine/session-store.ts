import { callbackify } from 'node:util'
import session, { type CookieOptions, type SessionData } from 'express-session'
import type { SessionBackend, Stored } from '../backend/contract.ts'
import { httpError } from './errors.ts'
import { isSame, mergeChanges, type Snapshot, snapshot, toFields } from './field-changes.ts'
import {
  cookieMaxAge,
  decodeRecord,
  encodeRecord,
  expiryAt,
  type Fields,
  isSessionId,
  isTouchDue,
  type RecordOptions,
  recordId,
  type SessionInfo,
  type SessionState,
} from './record.ts'
import { enforceLimit, type LimitOptions } from './session-limit.ts'
import { createWriteQueue, withoutMark } from './write-queue.ts'

export interface StoreOptions extends RecordOptions, LimitOptions {
  /** Whether the cookie carries `Expires`; the server's lifetimes are the same either way. */
  permanent: boolean
  cookie: CookieOptions
  timeoutMs: number
}

interface Loaded {
  state: SessionState
  expires: number
}

/** What is known of a session object: the record behind it, and what it held when the two were last the same. */
interface Tracked extends Loaded {
  stored: Snapshot
}

/** The session in whose place a new one comes. */
export interface Predecessor {
  /** What it held, where no request can use it any more. */
  fields?: Fields
  /** Its record, where it is about to be removed, so that it does not count. */
  leaving?: string
}

type Done<Answer> = (error: unknown, answer?: Answer) => void
const call = <Answer>(work: () => Promise<Answer>, done: Done<Answer> = () => {}) =>
  callbackify(work)(done)

const maxRemembered = 10_000

/** The express-session Store over any backend. An object that was loaded is only ever updated, so that a session that ended meanwhile does not come back. */
export class SessionStore extends session.Store {
  readonly #backend: SessionBackend
  readonly #options: StoreOptions
  readonly #queue: ReturnType<typeof createWriteQueue>
  readonly #loaded = new WeakMap<object, Loaded>()
  readonly #tracked = new WeakMap<object, Tracked>()
  readonly #predecessors = new WeakMap<object, Predecessor>()
  readonly #last = new WeakMap<object, Promise<unknown>>()
  readonly #touches = new Map<string, { expires: number; done: Promise<unknown> }>()

  constructor(backend: SessionBackend, options: StoreOptions) {
    super()
    this.#backend = backend
    this.#options = options
    this.#queue = createWriteQueue({
      replace: (id, next, rev) => backend.replace(encodeRecord(id, next, options), rev),
      load: async (id) => this.#decode(await backend.read(id)),
      check: (next) => encodeRecord('', next, options),
      deadlineMs: options.timeoutMs,
    })
  }

  // The Store of express-session

  override get(sessionId: string, done: Done<SessionData | null>): void {
    call(() => this.#load(sessionId), done)
  }

  override set(sessionId: string, data: SessionData, done?: Done<void>): void {
    call(() => this.#inOrder(data, () => this.#save(recordId(sessionId), data)), done)
  }

  override touch(sessionId: string, data: SessionData, done?: Done<void>): void {
    call(() => this.#touch(recordId(sessionId), data), done)
  }

  override destroy(sessionId: string, done?: Done<void>): void {
    call(async () => {
      if (isSessionId(sessionId)) await this.#backend.remove(recordId(sessionId))
    }, done)
  }

  override createSession(req: Parameters<session.Store['createSession']>[0], data: SessionData) {
    const loaded = this.#loaded.get(data)
    const created = super.createSession(req, data)
    if (loaded) this.#tracked.set(created, { ...loaded, stored: snapshot(loaded.state.fields) })
    return created
  }

  // What it does beyond that

  /** Whether a session object has a record in the backend. */
  isStored(data: object): boolean {
    return this.#tracked.has(data)
  }

  /** When a session began and ends, and how large its record is; null where there is none. */
  describe(data: object): SessionInfo | null {
    const state = this.#tracked.get(data)?.state
    if (!state) return null
    const absoluteEnds = state.created + this.#options.absoluteMs
    return {
      created: state.created,
      idleEnds: Math.min(Date.now() + this.#options.idleMs, absoluteEnds),
      absoluteEnds,
      bytes: Buffer.byteLength(encodeRecord('', state, this.#options).data),
    }
  }

  /** Whether a session holds something that is not stored yet; throws a 500 for what cannot be stored. */
  isChanged(data: object): boolean {
    return !isSame(this.#tracked.get(data)?.stored ?? new Map(), snapshot(data))
  }

  /** Runs `change` on the newest state of a session, after every change before it; `data` then shows the result. */
  update(sessionId: string, data: object, change: (newest: Fields) => void): Promise<void> {
    return this.#inOrder(data, () => this.#update(recordId(sessionId), data, change))
  }

  /** Closes a session for every request; resolves with what it held last, and with how to open it again. */
  close(sessionId: string, data: object): Promise<{ fields: Fields; reopen(): Promise<unknown> }> {
    const id = recordId(sessionId)
    return this.#inOrder(data, async () => {
      await this.#save(id, data)
      const tracked = this.#tracked.get(data)
      if (!tracked) return { fields: {}, reopen: async () => {} }
      const closed = await this.#queue.close(id, tracked.state)
      return { fields: withoutMark(closed.fields), reopen: () => this.#queue.reopen(id, closed) }
    })
  }

  /** Says that a session object that is new takes the place of another one. */
  succeed(data: object, predecessor: Predecessor): void {
    this.#predecessors.set(data, predecessor)
  }

  async #load(sessionId: string): Promise<SessionData | null> {
    const stored = isSessionId(sessionId) ? await this.#backend.read(recordId(sessionId)) : null
    const state = await this.#decode(stored)
    if (!stored || !state) {
      this.#options.audit('session_unknown')
      return null
    }
    const { cookie, permanent } = this.#options
    const now = Date.now()
    const maxAge = permanent ? cookieMaxAge(now, state.created, this.#options) : null
    const expires = maxAge === null ? null : new Date(now + maxAge)
    const data = { ...state.fields, cookie: { ...cookie, originalMaxAge: maxAge, expires } }
    this.#loaded.set(data, { state, expires: stored.expires })
    return data as SessionData
  }

  /** Null for what has expired or cannot be read; the latter is removed, so that it is logged once. */
  async #decode(stored: Stored | null): Promise<SessionState | null> {
    try {
      return decodeRecord(stored, this.#options)
    } catch (error) {
      this.#options.audit('session_corrupt', { err: error })
      if (stored) await this.#backend.remove(stored.id)
      return null
    }
  }

  async #save(id: string, data: object): Promise<void> {
    const tracked = this.#tracked.get(data)
    const now = snapshot(data)
    if (tracked && isSame(tracked.stored, now)) return this.#touch(id, data)
    const before = tracked?.state.fields ?? this.#predecessors.get(data)?.fields ?? {}
    const state = tracked
      ? await this.#queue.commit(id, tracked.state, mergeChanges(tracked.stored, now))
      : await this.#insert(id, toFields(now))
    this.#track(data, state, now)
    const leaving = this.#predecessors.get(data)?.leaving
    await enforceLimit(this.#backend, { before, after: state.fields, leaving }, this.#options)
  }

  async #insert(id: string, fields: Fields): Promise<SessionState> {
    const state = { rev: 1, created: Date.now(), fields }
    await this.#backend.insert(encodeRecord(id, state, this.#options))
    return state
  }

  async #update(id: string, data: object, change: (newest: Fields) => void): Promise<void> {
    await this.#save(id, data)
    const tracked = this.#tracked.get(data)
    if (!tracked) throw httpError(401, 'unauthenticated', 'There is no session to update')
    const state = await this.#queue.commit(id, tracked.state, (newest) => {
      const answer: unknown = change(newest)
      if (answer instanceof Promise) throw new TypeError('The change of a session cannot wait')
      return toFields(snapshot(newest))
    })
    // What the request changed meanwhile is on top, and still to be saved.
    const own = snapshot(data)
    for (const field of own.keys()) Reflect.deleteProperty(data, field)
    Object.assign(data, mergeChanges(tracked.stored, own)(state.fields))
    this.#track(data, state, snapshot(state.fields))
  }

  /** Moves the expiry, once per tenth of the idle time among all requests; never fails, for the answer is made already. */
  async #touch(id: string, data: object): Promise<void> {
    const tracked = this.#tracked.get(data)
    if (!tracked) return
    const { created } = tracked.state
    const now = Date.now()
    const last = this.#touches.get(id)
    const expires = expiryAt(now, created, this.#options)
    try {
      const known = Math.max(tracked.expires, last?.expires ?? 0)
      if (!isTouchDue(now, created, known, this.#options)) return void (await last?.done)
      if (this.#touches.size >= maxRemembered) this.#touches.clear()
      const done = this.#backend.touch(id, expires)
      this.#touches.set(id, { expires, done })
      await done
    } catch (error) {
      this.#touches.delete(id)
      this.#options.audit('session_touch_failed', { err: error })
    }
  }

  #track(data: object, state: SessionState, stored: Snapshot): void {
    const expires = expiryAt(Date.now(), state.created, this.#options)
    this.#tracked.set(data, { state, stored, expires })
  }

  /** Runs work on a session object after all work on it that came before. */
  #inOrder<Answer>(data: object, work: () => Promise<Answer>): Promise<Answer> {
    const mine = (this.#last.get(data) ?? Promise.resolve()).then(work)
    this.#last.set(
      data,
      mine.catch(() => {}),
    )
    return mine
  }
}
