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
  readonly #adoption: ReturnType<typeof createAdoption> | undefined
  readonly #loaded = new WeakMap<SessionData, Loaded>()

  constructor(backend: SessionBackend, options: SteadyOptions) {
    super()
    this.#options = options
    this.#keeper = createKeeper(backend, options)
    if (options.adopt) this.#adoption = createAdoption(backend, this.#keeper)
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
    answer(done, this.#remove(sessionId))
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

  async #remove(sessionId: string): Promise<void> {
    if (!sessionIdForm.test(sessionId)) return
    const id = hash(sessionId)
    await this.#keeper.remove(id)
    await this.#adoption?.drop(id, sessionId)
  }

  async #load(sessionId: string): Promise<SessionData | null> {
    if (!sessionIdForm.test(sessionId)) return null
    const id = hash(sessionId)
    const loaded = await (this.#adoption?.find(id, sessionId) ?? this.#keeper.load(id))
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
