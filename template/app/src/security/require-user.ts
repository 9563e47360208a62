import type { NextFunction, Request, RequestHandler, Response } from 'express'
import type { AppContext } from '../app.ts'
import { wantsPage } from '../http/request.ts'
import { type AuditLog, type Fields, httpError, readCookies } from '../session/index.ts'
import type { User, Users } from '../users/users.ts'
import type { Csrf } from './csrf.ts'

interface UserGate {
  users: Users
  csrf: Csrf
  audit: AuditLog
  /** The name of the session cookie. */
  cookieName: string
  /** Whether there is a page on which an initial password can be changed. */
  hasPasswordChange: boolean
}

const passwordPath = '/account/password'

/** Lets only users through who are logged in and still may be, and what changes something only with their token; others get a 401, or a page goes to the login (OWASP ASVS 7.4.2). */
export function createRequireUser({
  users,
  csrf,
  audit,
  cookieName,
  hasPasswordChange,
}: UserGate): RequestHandler {
  return async (req, res, next) => {
    const user = await findCurrentUser(req, users)
    if (!user) {
      // Its record is left alone: a request that renews the session at this moment needs it.
      if (req.session.user !== undefined) audit('session_expired')
      // What nobody has signed was taken off the header.
      return refuse(req, res, next, readCookies(req.get('Cookie'), cookieName).length > 0)
    }
    if (user.isInitial && hasPasswordChange && req.path !== passwordPath) {
      if (wantsPage(req)) return res.redirect(303, passwordPath)
      throw httpError(403, 'password_change_required', 'The password is an initial one')
    }
    if (['GET', 'HEAD'].includes(req.method)) return next()
    csrf.check(req, res, next)
  }
}

function refuse(req: Request, res: Response, next: NextFunction, hasEnded: boolean) {
  const back = req.method === 'GET' ? req.originalUrl : '/account'
  const login = `/login?next=${encodeURIComponent(back)}${hasEnded ? '&ended' : ''}`
  // The login would lose what was written; the page of the error shows it once more.
  const hasWritten = Boolean(Object(req.body).note)
  if (wantsPage(req) && !hasWritten) res.redirect(303, login)
  else next(httpError(401, 'unauthenticated', 'Not logged in'))
}

/** The user of the session of a request, where there is one that still holds; null otherwise. */
export async function findCurrentUser(req: Request, users: Users): Promise<User | null> {
  const name = req.session?.user
  const user = name === undefined ? null : await users.find(name)
  return isCurrent({ ...req.session }, user) ? user : null
}

/** The same for pages that are there for everybody: nobody, while the users cannot be read. */
export async function findGreetedUser(req: Request, users: Users): Promise<User | null> {
  return findCurrentUser(req, users).catch((error) => {
    if (error.code === 'users_unavailable') return null
    throw error
  })
}

/** Whether what a session says of its user still holds: the user exists, is not disabled, and has not ended the session since. */
export function isCurrent({ sessionVersion }: Fields, user: User | null): boolean {
  return user !== null && !user.disabled && (sessionVersion ?? 0) === user.sessionVersion
}

/**
 * Makes the visitor this user, under a new session id whose lifetimes begin now: after a login, or
 * with what the session holds, which `keep` says, after a re-authentication or a new password
 * (OWASP ASVS 7.2.4; NIST SP 800-63B-4, 5.2).
 */
export async function signIn(
  req: Request,
  res: Response,
  user: User,
  { sessions, csrf, audit }: AppContext,
  { keep = false } = {},
): Promise<void> {
  const fields = {
    user: user.name,
    sessionVersion: user.sessionVersion,
    authenticated: Date.now(),
    address: req.ip ?? '',
    agent: (req.get('User-Agent') ?? '').slice(0, 256),
  }
  await sessions.start(req, fields, { keep })
  csrf.token(req, res)
  audit(keep ? 'session_renewed' : 'session_created')
}

/** Lets only those through who logged in, or proved again who they are, at most `freshMs` ago (OWASP ASVS 7.5.1). */
export function createRequireFresh(freshMs: number): RequestHandler {
  return (req, res, next) => {
    const { authenticated = 0 } = req.session
    if (Date.now() - authenticated < freshMs) next()
    else if (wantsPage(req)) res.redirect(303, '/reauth?next=/account/sessions')
    else next(httpError(403, 'reauth_required', 'The last login is too long ago'))
  }
}
