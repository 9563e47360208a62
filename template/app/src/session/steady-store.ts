import { createHash } from 'node:crypto'
import session, { type CookieOptions, type SessionData } from 'express-session'
import { createAdoption } from './adoption.ts'
import type { SessionBackend } from './backend.ts'
import { answer, type Done } from './callback.ts'
import type { Fields } from './codec.ts'
import { createKeeper, type KeeperOptions, type Loaded } from './keeper.ts'
import { cookieAge } from './lifetime.ts'

export interface SteadyOptions extends KeeperOptions {
  /** Whether the cookie carries `Expires`; the server's lifetimes are the same either way. */
  permanent: boolean
  /** What every session cookie looks like. */
  cookie: CookieOptions
  /** Takes over sessions that the plain connect package has written. */
  adopt: boolean
}

const sessionIdForm = /^[A-Za-z0-9_-]{16,128}$/
const hash = (sessionId: string) => createHash('sha256').update(sessionId).digest('hex')

/** The express-session Store over any backend: lifetimes, conditional writes and errors are the same on all of them. */
export class SteadyStore extends session.Store {
  readonly #options: SteadyOptions
  readonly #keeper: ReturnType<typeof createKeeper>
  readonly #find: (id: string, sessionId: string) => Promise<Loaded | null>
  readonly #loaded = new WeakMap<SessionData, Loaded>()

  constructor(backend: SessionBackend, options: SteadyOptions) {
    super()
    this.#options = options
    this.#keeper = createKeeper(backend, options)
    const { load } = this.#keeper
    this.#find = options.adopt ? createAdoption(backend, this.#keeper) : load
  }

  override get(sessionId: string, done: Done<SessionData | null>): void {
    answer(done, this.#load(sessionId))
  }

  override set(sessionId: string, data: SessionData, done: Done<void> = () => {}): void {
    answer(done, this.#keeper.save(hash(sessionId), data))
  }

  override touch(sessionId: string, data: SessionData, done: Done<void> = () => {}): void {
    answer(done, this.#keeper.extend(hash(sessionId), data))
  }

  override destroy(sessionId: string, done: Done<void> = () => {}): void {
    const isId = sessionIdForm.test(sessionId)
    answer(done, isId ? this.#keeper.remove(hash(sessionId)) : Promise.resolve())
  }

  override createSession(req: Parameters<session.Store['createSession']>[0], data: SessionData) {
    const loaded = this.#loaded.get(data)
    const created = super.createSession(req, data)
    if (loaded) this.#keeper.follow(created, loaded)
    return created
  }

  /** Whether a session holds something that is not stored yet; throws a 500 for what cannot be stored. */
  isChanged(data: object): boolean {
    return this.#keeper.isChanged(data)
  }

  /** Runs `change` on the newest state of a session, so that parallel changes lose nothing. */
  update(sessionId: string, data: object, change: (newest: Fields) => void): Promise<void> {
    return this.#keeper.update(hash(sessionId), data, change)
  }

  async #load(sessionId: string): Promise<SessionData | null> {
    const isId = sessionIdForm.test(sessionId)
    const loaded = isId && (await this.#find(hash(sessionId), sessionId))
    if (!loaded) return null
    const { cookie, permanent } = this.#options
    const now = Date.now()
    const age = permanent ? cookieAge(now, loaded.state.created, this.#options) : null
    const expires = age === null ? null : new Date(now + age)
    const data = { ...loaded.state.fields, cookie: { ...cookie, originalMaxAge: age, expires } }
    this.#loaded.set(data as SessionData, loaded)
    return data as SessionData
  }
}
