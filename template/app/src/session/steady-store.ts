import type { Request } from 'express'
import session, { type CookieOptions, type SessionData } from 'express-session'
import { createAdoption } from './adoption.ts'
import type { SessionBackend } from './backend.ts'
import { answer, type Done } from './callback.ts'
import type { Fields } from './codec.ts'
import { createEndings, type Endings } from './endings.ts'
import { firstPart, isSessionId, storedId } from './id.ts'
import type { ChangeIds, IdChain } from './id-chain.ts'
import { createKeeper, type Keeper, type KeeperOptions, type Origin } from './keeper.ts'
import type { State } from './lane.ts'
import { cookieAge } from './lifetime.ts'
import type { Loaded } from './loading.ts'

export interface SteadyOptions extends Omit<KeeperOptions, 'endings'> {
  /** Whether the cookie carries `Expires`; the server's lifetimes are the same either way. */
  permanent: boolean
  /** What every session cookie looks like. */
  cookie: CookieOptions
  /** Takes over sessions that the plain connect package has written. */
  adopt: boolean
}

/** The express-session Store over any backend: lifetimes, conditional writes and errors are the same on all of them. */
export class SteadyStore extends session.Store {
  readonly #options: SteadyOptions
  readonly #keeper: Keeper
  readonly #adoption: ReturnType<typeof createAdoption> | undefined
  readonly #endings: Endings
  readonly #loaded = new WeakMap<SessionData, Loaded>()

  constructor(backend: SessionBackend, options: SteadyOptions) {
    super()
    this.#options = options
    this.#endings = createEndings(options)
    this.#keeper = createKeeper(backend, { ...options, endings: this.#endings })
    if (options.adopt) this.#adoption = createAdoption(backend, this.#keeper)
  }

  override get(sessionId: string, done: Done<SessionData | null>): void {
    answer(done, this.#load(sessionId))
  }

  override set(sessionId: string, data: SessionData, done: Done<void> = () => {}): void {
    answer(done, this.#keeper.save(storedId(sessionId), data))
  }

  override touch(sessionId: string, data: SessionData, done: Done<void> = () => {}): void {
    answer(done, this.#keeper.extend(storedId(sessionId), data))
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
    return this.#keeper.update(storedId(sessionId), data, change)
  }

  /** Ends a session for every request and answers what it held last; it still has to be destroyed, or to be put back. */
  take(sessionId: string, data: object): ReturnType<Keeper['take']> {
    return this.#keeper.take(storedId(sessionId), data)
  }

  /** A session object that is new takes the place of another session. */
  renew(data: object, from: Origin): void {
    this.#keeper.renew(data, from)
  }

  /** What is known of a session that was loaded or stored. */
  stateOf(data: object): State | undefined {
    return this.#keeper.stateOf(data)
  }

  /** Changes what the record of a request's session knows of its ids. */
  changeIds(
    { sessionID, session: data }: Request,
    change: ChangeIds,
  ): Promise<IdChain | undefined> {
    return this.#keeper.changeIds(storedId(sessionID), data, change)
  }

  /** Lets the session of a request have another of its ids, which its cookie then has too. */
  rename(req: Request, sessionId: string): void {
    const { session: before } = req
    req.sessionID = sessionId
    const renamed = super.createSession(req, JSON.parse(JSON.stringify(before)))
    this.#keeper.copy(before, renamed)
  }

  async #remove(sessionId: string): Promise<void> {
    if (!isSessionId(sessionId)) return
    const id = storedId(sessionId)
    await this.#keeper.remove(id)
    this.#endings.explain(id)
    await this.#adoption?.drop(id, firstPart(sessionId))
  }

  async #load(sessionId: string): Promise<SessionData | null> {
    if (!isSessionId(sessionId)) {
      this.#options.tell('session_unknown')
      return null
    }
    const id = storedId(sessionId)
    const loaded = await (this.#adoption?.find(id, sessionId) ?? this.#keeper.load(id))
    if (!loaded) {
      const reason = this.#endings.explain(id)
      if (reason === null) this.#options.tell('session_unknown')
      else if (reason !== 'told') this.#options.tell('session_expired', { reason })
      return null
    }
    this.#endings.note(id, loaded.state.created)
    const { cookie, permanent } = this.#options
    const now = Date.now()
    const age = permanent ? cookieAge(now, loaded.state.created, this.#options) : null
    const expires = age === null ? null : new Date(now + age)
    const data = { ...loaded.state.fields, cookie: { ...cookie, originalMaxAge: age, expires } }
    this.#loaded.set(data as SessionData, loaded)
    return data as SessionData
  }
}
