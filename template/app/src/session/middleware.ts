import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import type { CookieOptions, Request, RequestHandler, Response } from 'express'
import session, { type SessionData } from 'express-session'
import type { Config } from '../config.ts'
import type { SessionBackend } from './backend.ts'
import { problem } from './problem.ts'
import { saveBeforeAnswer } from './save.ts'
import { isSignedWith } from './signature.ts'
import { SteadyStore } from './steady-store.ts'

declare module 'express-session' {
  /** What this app keeps in a session; `user` makes it that user's. */
  interface SessionData {
    user?: string
    note?: string
    visits?: number
  }
}

export interface Sessions {
  /** Mount on the routes that need a session, and on no others. */
  middleware: RequestHandler
  /** Stores `fields` under a new session id and ends the old session, against fixation (OWASP ASVS 7.2.4). */
  start(req: Request, fields: Partial<SessionData>): Promise<void>
  /** Runs `change` on the newest state, so that parallel requests lose nothing: for counters. */
  update(req: Request, change: (newest: Partial<SessionData>) => void): Promise<void>
  /** Ends the session and takes back its cookie (OWASP ASVS 7.4.1). */
  end(req: Request, res: Response): Promise<void>
}

/** Sessions over a backend (with its deadline), and the cookie policy of the config. */
export function createSessions(
  backend: SessionBackend,
  { session: settings, production }: Config,
  onWarning: (event: string, error: unknown) => void,
): Sessions {
  const cookie: CookieOptions = {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: production,
  }
  const { storeTimeoutMs: timeoutMs, idBytes, permanent } = settings
  const adopt = settings.adopt !== ''
  const store = new SteadyStore(backend, { ...settings, adopt, cookie, timeoutMs, onWarning })

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
  const [secret = ''] = settings.secrets
  // express-session would leave the signature of an old secret on the cookie, until that secret goes.
  const handler: RequestHandler = (req, res, next) =>
    isSignedWith(req.get('Cookie'), settings.cookieName, secret)
      ? plain(req, res, next)
      : signAgain(req, res, next)

  return {
    middleware: saveBeforeAnswer(handler, store),

    async start(req, fields) {
      // express-session would answer without the cookie, and the visitor would log in for ever.
      if (production && !req.secure) {
        throw problem(
          400,
          'https_required',
          'Login over http in production: a Secure cookie cannot be set. Let TRUST_PROXY name the proxy that ends https, or set NODE_ENV=development',
        )
      }
      await promisify(req.session.regenerate).call(req.session)
      Object.assign(req.session, fields)
      await promisify(req.session.save).call(req.session)
    },

    async update(req, change) {
      await store.update(req.sessionID, req.session, change)
    },

    async end(req, res) {
      await promisify(req.session.destroy).call(req.session)
      res.clearCookie(settings.cookieName, cookie)
    },
  }
}
