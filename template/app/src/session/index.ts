import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import type { CookieOptions, Request, RequestHandler, Response } from 'express'
import session, { type SessionData } from 'express-session'
import type { SessionBackend, Stored } from './backend/contract.ts'
import { defaultUrl, openBackend, protocols } from './backend/index.ts'
import { withDeadline, withinDeadline } from './engine/circuit-breaker.ts'
import { createCookieCheck } from './engine/cookie.ts'
import { type AuditLog, httpError } from './engine/errors.ts'
import {
  decodeRecord,
  type Fields,
  handleOf,
  lastUsed,
  recordId,
  type SessionInfo,
} from './engine/record.ts'
import { regenerate } from './engine/regenerate.ts'
import { saveBeforeResponse } from './engine/save-before-response.ts'
import { SessionStore } from './engine/session-store.ts'
import type { SessionConfig } from './settings.ts'

export type {
  Finding,
  PlainSession,
  SessionBackend,
  Stored,
  UserRow,
  UserTable,
} from './backend/contract.ts'
export { defaultUrl, storeName } from './backend/index.ts'
export { remainingMs, withCircuitBreaker, withinDeadline } from './engine/circuit-breaker.ts'
export { readCookies } from './engine/cookie.ts'
export {
  type AuditLog,
  type HttpError,
  httpError,
  safeMessage,
  serializeError,
  sessionEnded,
} from './engine/errors.ts'
export {
  decodeRecord,
  encodeRecord,
  type Fields,
  handleOf,
  isSessionId,
  type Lifetimes,
  lastUsed,
  recordId,
  type SessionState,
} from './engine/record.ts'
export {
  createReader,
  fillEnv,
  findWeakness,
  isEncrypted,
  type Reader,
  readSessionConfig,
  type SessionConfig,
} from './settings.ts'

export interface Sessions {
  /** Mount it on the routes that need a session, and on no others. */
  middleware: RequestHandler
  /** The same for pages that are there for everybody: it reads a session only where a cookie is there, and goes on without one when the store is away. */
  optional: RequestHandler
  /** Stores `fields` under a new session id and ends the old session, against fixation (OWASP ASVS 7.2.4); with `keep`, the newest of what the old one held goes along. */
  start(req: Request, fields: Partial<SessionData>, options?: { keep?: boolean }): Promise<void>
  /** Runs `change` on the newest state, so that parallel requests lose nothing: for counters. */
  update(req: Request, change: (newest: Partial<SessionData>) => void): Promise<void>
  /** Ends the session and takes back its cookie (OWASP ASVS 7.4.1). */
  end(req: Request, res: Response): Promise<void>
  /** When the session of a request began and ends, and how large it is; null for one that is not stored yet. */
  describe(req: Request): SessionInfo | null
  /** The live sessions of a user, the last used first (OWASP ASVS 7.5.2). */
  owned(user: string): Promise<OwnedSession[]>
  /** Ends sessions of a list; what other requests do with them meanwhile is refused. */
  remove(sessions: OwnedSession[]): Promise<void>
  /** The handle by which `owned` lists the session of a request. */
  handleOf(req: Request): string
}

/** A live session of a user; times in ms since the epoch, `used` exact to a tenth of the idle time. */
export interface OwnedSession {
  id: string
  handle: string
  created: number
  used: number
  fields: Fields
}

// As long as so many calls may take that are too slow by a hair.
const deadlineCalls = 2.5

/** Sessions over a backend (with its circuit breaker), and the cookie policy of the config. */
export function createSessions(
  backend: SessionBackend,
  { session: settings, production }: SessionConfig,
  audit: AuditLog,
): Sessions {
  const { cookieName, idBytes, permanent, sameSite, storeTimeoutMs: timeoutMs } = settings
  const cookie: CookieOptions = { path: '/', httpOnly: true, sameSite, secure: production }
  const store = new SessionStore(backend, { ...settings, cookie, timeoutMs, audit })

  const checkCookie = createCookieCheck(settings)

  const attach = (rolling: boolean) =>
    session({
      store,
      name: cookieName,
      secret: settings.secrets,
      genid: () => randomBytes(idBytes).toString('base64url'),
      cookie: permanent ? { ...cookie, maxAge: settings.idleMs } : cookie,
      rolling,
      resave: false,
      saveUninitialized: false,
    })
  const attachPlain = attach(permanent)
  const attachResigned = attach(true)

  const handler: RequestHandler = (req, res, next) => {
    const { isAlone, needsResigning, rejected } = checkCookie(req.headers)
    if (rejected) audit('session_tampered', { reason: rejected })
    // express-session would leave the signature of an old secret on the cookie, until that secret goes.
    const attachSession = needsResigning ? attachResigned : attachPlain
    attachSession(req, res, (error?: unknown) => {
      // It gives no session to what is outside of the cookie's path, as `OPTIONS *` is.
      if (error || !req.session) return next(error)
      if (needsResigning && 'user' in req.session) audit('cookie_resigned')
      const isDead = isAlone && !store.isStored(req.session)
      if (isDead && isNavigation(req)) res.clearCookie(cookieName, cookie)
      next()
    })
  }
  const attachAndSave = saveBeforeResponse(handler, store)
  const middleware: RequestHandler = (req, res, next) =>
    withDeadline(deadlineCalls * timeoutMs, () => attachAndSave(req, res, next))

  function toOwned(stored: Stored): OwnedSession[] {
    try {
      const state = decodeRecord(stored, settings)
      if (!state) return []
      const { id, expires } = stored
      const used = lastUsed(expires, state.created, settings)
      return [{ id, handle: handleOf(id), created: state.created, used, fields: state.fields }]
    } catch {
      return []
    }
  }

  return {
    middleware,

    optional(req, res, next) {
      if (!req.headers.cookie?.includes(`${cookieName}=`)) return next()
      let isOpen = false
      middleware(req, res, (error?: unknown) => {
        if (isOpen) return next(error)
        isOpen = true
        next()
      })
    },

    async start(req, fields, options) {
      // express-session would answer without the cookie, and the visitor would log in for ever.
      if (production && !req.secure) {
        throw httpError(
          400,
          'https_required',
          'Login over http in production: a Secure cookie cannot be set. Let "trust proxy" (TRUST_PROXY) name the proxy that ends https, or set NODE_ENV=development',
        )
      }
      await withinDeadline(() => regenerate(store, req, fields, options))
    },

    update: (req, change) => withinDeadline(() => store.update(req.sessionID, req.session, change)),

    async end(req, res) {
      await promisify(req.session.destroy).call(req.session)
      res.clearCookie(cookieName, cookie)
    },

    describe: (req) => store.describe(req.session),

    async owned(user) {
      const owned = await backend.owned(user)
      return owned.flatMap(toOwned).sort((a, b) => b.used - a.used)
    },

    async remove(sessions) {
      await Promise.all(sessions.map(({ id }) => backend.remove(id)))
    },

    handleOf: (req) => handleOf(recordId(req.sessionID)),
  }
}

/** Whether a browser loads a page; only there is a dead cookie taken back, since the answer to a request in the background could take back the one of a login that happened meanwhile. */
function isNavigation(req: Request): boolean {
  if (req.method !== 'GET') return false
  const destination = req.get('Sec-Fetch-Dest')
  if (destination !== undefined) return destination === 'document'
  return req.get('Accept')?.includes('text/html') === true
}

/** Where the configuration says that the store is; throws, and says what to set, when that is none of this store's. */
export function storeAddress({ session }: Pick<SessionConfig, 'session'>): string {
  const url = session.storeUrl || defaultUrl
  const protocol = /^[a-z0-9+]*:/.exec(url)?.[0] ?? ''
  if (!protocols.includes(protocol)) {
    throw new Error(
      `SESSION_STORE_URL begins with "${protocol}"; this app's store is at ${protocols.join(' or ')}`,
    )
  }
  return url
}

/** Opens the backend that the configuration names; throws, and says what to set, when that is none of this store's, or none for production. */
export async function openConfigured(
  config: SessionConfig,
  onError: (error: Error) => void,
): Promise<SessionBackend> {
  const { session, production } = config
  const url = storeAddress(config)
  const { keyPrefix: prefix, absoluteMs, storeTimeoutMs: timeoutMs } = session
  const backend = await openBackend(url, { prefix, absoluteMs, timeoutMs, onError })
  if (!backend.isPrivate || !production || session.allowMemoryStore) return backend
  await backend.close()
  throw new Error(
    'Sessions are in the memory of this process, which ends all of them; take another store for production, set NODE_ENV=development, or ALLOW_MEMORY_STORE=true if that is what you want',
  )
}
