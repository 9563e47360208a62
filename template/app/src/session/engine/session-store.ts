import { AsyncResource } from 'node:async_hooks'
import session, { type CookieOptions, type SessionData } from 'express-session'
import type { SessionBackend, Stored } from '../backend/contract.ts'
import { httpError } from './errors.ts'
import { mergeChanges, refuseReplaced, snapshot } from './field-changes.ts'
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
import { enforceLimit, type LimitOptions, type Predecessor } from './session-limit.ts'
import { createWriteQueue } from './write-queue.ts'

export interface StoreOptions extends RecordOptions, LimitOptions {
  /** Whether the cookie carries `Expires`; the server's lifetimes are the same either way. */
  permanent: boolean
  cookie: CookieOptions
  timeoutMs: number
}

/** What is known of a session object: the record behind it, and the text it had when the two were last the same. */
interface Tracked {
  id: string
  state: SessionState
  expires: number
  text: string
}

type Done<Answer> = (error: unknown, answer?: Answer) => void

function settle<Answer>(work: Promise<Answer>, done: Done<Answer> = () => {}) {
  work.then((answer) => done(null, answer), done)
}

// express-session hashes what it loads, to see later whether it has changed; here the store sees that.
const unhashed = Object.defineProperty({}, 'toJSON', { value: () => null, writable: true })

const maxRemembered = 10_000

/** The express-session Store over any backend. An object that was loaded is only ever updated, so that a session that ended meanwhile does not come back. */
export class SessionStore extends session.Store {
  readonly #backend: SessionBackend
  readonly #options: StoreOptions
  readonly #queue: ReturnType<typeof createWriteQueue>
  readonly #tracked = new WeakMap<object, Tracked>()
  readonly #predecessors = new WeakMap<object, Predecessor>()
  readonly #last = new WeakMap<object, Promise<unknown>>()
  readonly #touches = new Map<string, { expires: number; done: Promise<unknown> }>()

  constructor(backend: SessionBackend, options: StoreOptions) {
    super()
    this.#backend = backend
    this.#options = options
    this.#queue = createWriteQueue({
      encode: (id, next) => encodeRecord(id, next, options),
      replace: (next, rev) => backend.replace(next, rev),
      load: async (id) => this.#decode(await backend.read(id)),
      deadlineMs: options.timeoutMs,
    })
  }

  // The Store of express-session

  override get(sessionId: string, done: Done<SessionData | null>): void {
    settle(this.#load(sessionId), done)
  }

  override set(sessionId: string, data: SessionData, done?: Done<void>): void {
    settle(this.save(data, sessionId), done)
  }

  override touch(_sessionId: string, data: SessionData, done?: Done<void>): void {
    settle(this.#touch(data), done)
  }

  override destroy(sessionId: string, done?: Done<void>): void {
    const id = isSessionId(sessionId) ? recordId(sessionId) : null
    settle(id === null ? Promise.resolve() : this.#backend.remove(id), done)
  }

  override createSession(req: Parameters<session.Store['createSession']>[0], data: SessionData) {
    const tracked = this.#tracked.get(data)
    const created = super.createSession(req, data)
    if (tracked) this.#tracked.set(created, tracked)
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

  /** Whether a session is to be saved, for what it holds or for its expiry; throws a 500 or a 413 for what cannot be stored. */
  isDue(data: object): boolean {
    const tracked = this.#tracked.get(data)
    const known = tracked?.text ?? '{}'
    refuseReplaced(data)
    if (snapshot(data, known).text !== known) return true
    const now = Date.now()
    return !!tracked && isTouchDue(now, tracked.state.created, tracked.expires, this.#options)
  }

  /** Saves a session, or moves its expiry, after all work on it that came before. */
  save(data: object, sessionId: string): Promise<void> {
    return this.#inOrder(data, () => this.#save(recordId(sessionId), data))
  }

  /** Runs `change` on the newest state of a session, after every change before it; `data` then shows the result. */
  update(sessionId: string, data: object, change: (newest: Fields) => void): Promise<void> {
    // Another request may run it, for all that wait; it stays in the context of its own.
    const bound = AsyncResource.bind(change)
    return this.#inOrder(data, () => this.#update(recordId(sessionId), data, bound))
  }

  /** Closes a session for every request; resolves with what it held last, and with how to open it again. */
  close(sessionId: string, data: object): Promise<{ fields: Fields; reopen(): Promise<unknown> }> {
    const id = recordId(sessionId)
    return this.#inOrder(data, async () => {
      await this.#save(id, data)
      const tracked = this.#tracked.get(data)
      if (!tracked) return { fields: {}, reopen: async () => {} }
      const closed = await this.#queue.close(id, tracked.state)
      return { fields: closed.fields, reopen: () => this.#queue.reopen(id, closed) }
    })
  }

  /** Says that a session object that is new takes the place of another one. */
  succeed(data: object, predecessor: Predecessor): void {
    this.#predecessors.set(data, predecessor)
  }

  async #load(sessionId: string): Promise<SessionData | null> {
    const id = isSessionId(sessionId) ? recordId(sessionId) : null
    const stored = id === null ? null : await this.#backend.read(id)
    const state = stored && (await this.#decode(stored))
    if (!stored || !state) {
      this.#options.audit('session_unknown')
      return null
    }
    const { cookie, permanent } = this.#options
    const now = Date.now()
    const maxAge = permanent ? cookieMaxAge(now, state.created, this.#options) : null
    const expires = maxAge === null ? null : new Date(now + maxAge)
    const data = Object.assign(Object.create(unhashed), state.fields, {
      cookie: { ...cookie, originalMaxAge: maxAge, expires },
    })
    this.#tracked.set(data, { id: stored.id, state, expires: stored.expires, text: state.text })
    return data
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
    const now = snapshot(data, tracked?.text)
    if (tracked && now.text === tracked.text) return this.#touch(data)
    const before = tracked?.state.fields ?? this.#predecessors.get(data)?.fields ?? {}
    const state = tracked
      ? await this.#queue.commit(id, tracked.state, mergeChanges(tracked.text, now))
      : { rev: 1, created: Date.now(), ...now }
    if (!tracked) await this.#backend.insert(encodeRecord(id, state, this.#options))
    this.#track(data, id, state, now.text)
    const leaving = this.#predecessors.get(data)?.leaving
    await enforceLimit(this.#backend, { before, after: state.fields, leaving }, this.#options)
  }

  async #update(id: string, data: object, change: (newest: Fields) => void): Promise<void> {
    await this.#save(id, data)
    const tracked = this.#tracked.get(data)
    if (!tracked) throw httpError(401, 'unauthenticated', 'There is no session to update')
    const state = await this.#queue.commit(id, tracked.state, ({ text }) => {
      const newest = JSON.parse(text)
      const answer: unknown = change(newest)
      if (answer instanceof Promise) throw new TypeError('The change of a session cannot wait')
      return snapshot(newest, text)
    })
    // What the request changed meanwhile is on top, and still to be saved.
    const own = snapshot(data)
    for (const field of Object.keys(own.fields)) Reflect.deleteProperty(data, field)
    Object.assign(data, JSON.parse(mergeChanges(tracked.text, own)(state).text))
    this.#track(data, id, state, state.text)
  }

  /** Moves the expiry, once per tenth of the idle time among all requests; never fails, for the answer is made already. */
  async #touch(data: object): Promise<void> {
    const tracked = this.#tracked.get(data)
    if (!tracked) return
    const { id, state } = tracked
    const now = Date.now()
    const last = this.#touches.get(id)
    const expires = expiryAt(now, state.created, this.#options)
    const known = Math.max(tracked.expires, last?.expires ?? 0)
    try {
      tracked.expires = Math.max(known, expires)
      if (!isTouchDue(now, state.created, known, this.#options)) return void (await last?.done)
      if (this.#touches.size >= maxRemembered) this.#touches.clear()
      const done = this.#backend.touch(id, expires)
      this.#touches.set(id, { expires, done })
      await done
    } catch (error) {
      this.#touches.delete(id)
      this.#options.audit('session_touch_failed', { err: error })
    }
  }

  #track(data: object, id: string, state: SessionState, text: string): void {
    const expires = expiryAt(Date.now(), state.created, this.#options)
    this.#tracked.set(data, { id, state, expires, text })
  }

  /** Runs work on a session object after all work on it that came before. */
  #inOrder<Answer>(data: object, work: () => Promise<Answer>): Promise<Answer> {
    const last = this.#last.get(data)
    const mine = last ? last.then(work, work) : work()
    this.#last.set(data, mine)
    return mine
  }
}
