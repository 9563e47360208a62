import { createHash } from 'node:crypto'
import session, { type CookieOptions, type SessionData } from 'express-session'
import type { SessionBackend, Stored } from './backend.ts'
import type { Fields } from './codec.ts'
import { applyChanges, readSnapshot, type Snapshot, sameFields, takeSnapshot } from './fields.ts'
import { openLanes, type State } from './lane.ts'
import { cookieAge, endFrom, isExtensionDue } from './lifetime.ts'
import { makeRoom } from './limit.ts'
import { problem } from './problem.ts'
import { packState, type RecordOptions, unpackStored } from './record.ts'

export interface SteadyOptions extends RecordOptions {
  /** Whether the cookie carries `Expires`; the server's lifetimes are the same either way. */
  permanent: boolean
  /** What every session cookie looks like. */
  cookie: CookieOptions
  maxPerUser: number
  timeoutMs: number
  /** Hears of sessions that cannot be read and of extensions that failed. */
  onWarning(event: string, error: unknown): void
}

/** What this process knows of a session that a request has loaded or saved. */
interface Known {
  state: State
  seen: Snapshot
  expires: number
}

type Done<Answer> = (error: unknown, answer?: Answer) => void

const sessionIdForm = /^[A-Za-z0-9_-]{16,128}$/
const hash = (sessionId: string) => createHash('sha256').update(sessionId).digest('hex')

/** The express-session Store over any backend: lifetimes, conditional writes and errors are the same on all of them. */
export class SteadyStore extends session.Store {
  readonly #backend: SessionBackend
  readonly #options: SteadyOptions
  readonly #known = new WeakMap<object, Known>()
  readonly #commit

  constructor(backend: SessionBackend, options: SteadyOptions) {
    super()
    this.#backend = backend
    this.#options = options
    this.#commit = openLanes({
      replace: (id, next, rev) => backend.replace(packState(id, next, options), rev),
      load: async (id) => this.#unpack(await backend.read(id)),
      check: (next) => packState('', next, options),
      deadlineMs: options.timeoutMs,
    })
  }

  override get(sessionId: string, done: Done<SessionData | null>): void {
    answer(done, this.#load(sessionId))
  }

  override set(sessionId: string, data: SessionData, done: Done<void> = () => {}): void {
    answer(done, this.#save(sessionId, data))
  }

  override touch(sessionId: string, data: SessionData, done: Done<void> = () => {}): void {
    const known = this.#known.get(data)
    answer(done, known ? this.#extend(hash(sessionId), known) : Promise.resolve())
  }

  override destroy(sessionId: string, done: Done<void> = () => {}): void {
    const removed = sessionIdForm.test(sessionId) && this.#backend.remove(hash(sessionId))
    answer(done, Promise.resolve(removed || undefined))
  }

  override createSession(req: Parameters<session.Store['createSession']>[0], data: SessionData) {
    const known = this.#known.get(data)
    const created = super.createSession(req, data)
    if (known) this.#known.set(created, known)
    return created
  }

  /** Whether a session holds something that is not stored yet; throws a 500 for what cannot be stored. */
  isChanged(data: Partial<SessionData>): boolean {
    return !sameFields(this.#known.get(data)?.seen ?? new Map(), takeSnapshot(data))
  }

  /** Runs `change` on the newest state of a stored session, after every change before it; the session then shows the result. */
  async update(sessionId: string, data: Partial<SessionData>, change: (newest: Fields) => void) {
    await this.#save(sessionId, data)
    const known = this.#known.get(data)
    if (!known) throw problem(401, 'unauthenticated', 'There is no session to update')
    const state = await this.#commit(hash(sessionId), known.state, (newest) => {
      change(newest)
      return readSnapshot(takeSnapshot(newest))
    })
    for (const field of known.seen.keys()) delete (data as Fields)[field]
    Object.assign(data, state.fields)
    this.#remember(data, state, takeSnapshot(data))
  }

  async #load(sessionId: string): Promise<SessionData | null> {
    if (!sessionIdForm.test(sessionId)) return null
    const stored = await this.#backend.read(hash(sessionId))
    const state = this.#unpack(stored)
    if (!stored || !state) return null
    const { cookie, permanent } = this.#options
    const now = Date.now()
    const age = permanent ? cookieAge(now, state.created, this.#options) : null
    const data = {
      ...state.fields,
      cookie: {
        ...cookie,
        originalMaxAge: age,
        expires: age === null ? null : new Date(now + age),
      },
    } as SessionData
    const { expires } = stored
    this.#known.set(data, { state, seen: takeSnapshot(data), expires })
    return data
  }

  async #save(sessionId: string, data: Partial<SessionData>): Promise<void> {
    const id = hash(sessionId)
    const known = this.#known.get(data)
    const now = takeSnapshot(data)
    if (!known) {
      const state = { rev: 1, created: Date.now(), fields: readSnapshot(now) }
      const stored = packState(id, state, this.#options)
      if (stored.owner !== null) {
        const createdOf = (each: Stored) => this.#unpack(each)?.created ?? 0
        await makeRoom(this.#backend, stored.owner, this.#options.maxPerUser, createdOf)
      }
      await this.#backend.insert(stored)
      this.#remember(data, state, now)
    } else if (sameFields(known.seen, now)) {
      await this.#extend(id, known)
    } else {
      const state = await this.#commit(id, known.state, applyChanges(known.seen, now))
      this.#remember(data, state, now)
    }
  }

  #remember(data: Partial<SessionData>, state: State, seen: Snapshot) {
    this.#known.set(data, {
      state,
      seen,
      expires: endFrom(Date.now(), state.created, this.#options),
    })
  }

  /** Never fails: the answer is made already, and the next request says whether the store is there. */
  async #extend(id: string, known: Known) {
    const now = Date.now()
    if (!isExtensionDue(now, known.state.created, known.expires, this.#options)) return
    try {
      known.expires = endFrom(now, known.state.created, this.#options)
      await this.#backend.extend(id, known.expires)
    } catch (error) {
      this.#options.onWarning('session_extend_failed', error)
    }
  }

  /** Answers null for what has ended or cannot be read; the latter is removed, so that it is reported once. */
  #unpack(stored: Stored | null): State | null {
    try {
      return unpackStored(stored, this.#options)
    } catch (error) {
      this.#options.onWarning('session_corrupt', error)
      if (stored) this.#backend.remove(stored.id).catch(() => {})
      return null
    }
  }
}

/** Calls back once, and not in the same tick, so that a callback that throws is not called again. */
function answer<Answer>(done: Done<Answer>, promise: Promise<Answer>): void {
  promise.then(
    (value) => process.nextTick(done, null, value),
    (error: unknown) => process.nextTick(done, error),
  )
}
