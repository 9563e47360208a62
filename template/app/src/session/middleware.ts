import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import type { CookieOptions, Request, RequestHandler, Response } from 'express'
import session, { type SessionData } from 'express-session'
import type { SessionBackend } from './backend.ts'
import { checkCookie } from './cookie-check.ts'
import { handleOf, storedId } from './id.ts'
import { listOwned, type OwnedSession } from './owned.ts'
import { problem } from './problem.ts'
import { createRotation } from './rotation.ts'
import { saveBeforeAnswer } from './save.ts'
import type { SessionConfig } from './settings.ts'
import { SteadyStore } from './steady-store.ts'
import { createSuccession } from './succession.ts'
import type { Tell } from './tell.ts'

declare module 'express-session' {
  /** What this app keeps in a session; `user` makes it that user's. */
  interface SessionData {
    user?: string
    /** The user's epoch at login: when the user's own has moved on, the session is over. */
    epoch?: number
    /** When the user last proved who it is, in ms since the epoch of time. */
    authenticated?: number
    /** Where that came from. */
    address?: string
    agent?: string
    note?: string
    visits?: number
  }
}

export interface Sessions {
  /** Mount on the routes that need a session, and on no others. */
  middleware: RequestHandler
  /** Stores `fields` under a new session id and ends the old session, against fixation (OWASP ASVS 7.2.4); with `keep`, the newest of what that one held goes along. */
  start(req: Request, fields: Partial<SessionData>, options?: { keep?: boolean }): Promise<void>
  /** Runs `change` on the newest state, so that parallel requests lose nothing: for counters. */
  update(req: Request, change: (newest: Partial<SessionData>) => void): Promise<void>
  /** Ends the session and takes back its cookie (OWASP ASVS 7.4.1). */
  end(req: Request, res: Response): Promise<void>
  /** The live sessions of a user, the last used first (OWASP ASVS 7.5.2). */
  owned(user: string): Promise<OwnedSession[]>
  /** Ends sessions of a list; what other requests do with them meanwhile is refused. */
  remove(sessions: OwnedSession[]): Promise<void>
  /** By which handle `owned` lists the session of a request. */
  handleOf(req: Request): string
}

/** Sessions over a backend (with its deadline), and the cookie policy of the config. */
export function createSessions(
  backend: SessionBackend,
  { session: settings, production }: SessionConfig,
  tell: Tell,
): Sessions {
  const cookie: CookieOptions = {
    path: '/',
    httpOnly: true,
    sameSite: settings.sameSite,
    secure: production,
  }
  const { storeTimeoutMs: timeoutMs, idBytes, permanent } = settings
  const adopt = settings.adopt !== ''
  const store = new SteadyStore(backend, { ...settings, adopt, cookie, timeoutMs, tell })

  const openHandler = (rolling: boolean) =>
    session({
      store,
      name: settings.cookieName,
      secret: settings.secrets,
      genid: () => randomBytes(idBytes).toString('base64url'),
      cookie: permanent ? { ...cookie, maxAge: settings.idleMs } : cookie,
      rolling,
      resave: false,
      saveUninitialized: false,
    })
  const plain = openHandler(permanent)
  const signAgain = openHandler(true)
  const findStep = createRotation(store, settings.rotateMs, tell)
  const handler: RequestHandler = (req, res, next) => {
    if (req.session) return next()
    const isOld = checkCookie(req, settings, tell)
    // express-session would leave the signature of an old secret on the cookie, until that secret goes.
    const attach = isOld ? signAgain : plain
    return attach(req, res, (error?: unknown) => {
      // It gives none to what is outside of the cookie's path, as `OPTIONS *` is.
      if (error || !req.session) return next(error)
      if (isOld && req.session.user) tell('cookie_resigned')
      const step = findStep(req)
      if (step) step().then(() => next(), next)
      else next()
    })
  }

  const { begin, renew } = createSuccession(store)

  return {
    middleware: saveBeforeAnswer(handler, store),

    async start(req, fields, { keep = false } = {}) {
      // express-session would answer without the cookie, and the visitor would log in for ever.
      if (production && !req.secure) {
        throw problem(
          400,
          'https_required',
          'Login over http in production: a Secure cookie cannot be set. Let "trust proxy" (TRUST_PROXY) name the proxy that ends https, or set NODE_ENV=development',
        )
      }
      await (keep ? renew : begin)(req, fields)
    },

    async update(req, change) {
      await store.update(req.sessionID, req.session, change)
    },

    async end(req, res) {
      await promisify(req.session.destroy).call(req.session)
      res.clearCookie(settings.cookieName, cookie)
    },

    owned: (user) => listOwned(backend, user, settings),

    async remove(sessions) {
      await Promise.all(sessions.map(({ id }) => backend.remove(id)))
    },

    handleOf: (req) => handleOf(storedId(req.sessionID)),
  }
}
