import type { NextFunction, Request, RequestHandler, Response } from 'express'
import type { Config } from '../config.ts'
import { describeUser } from '../ops/request-context.ts'
import { wantsPage } from '../pages/wants-page.ts'
import type { Fields } from '../session/codec.ts'
import { problem } from '../session/problem.ts'
import { networkOf } from './address.ts'
import type { Parts } from './parts.ts'
import type { User } from './users.ts'

const passwordPath = '/account/password'

type Guarded = Pick<Parts, 'users' | 'sessions' | 'csrf' | 'tell'> & Pick<Config, 'onAnomaly'>

/** Lets only users through who are logged in and still may be: others get a 401, or a page goes to the login (OWASP ASVS 7.4.2). */
export function createRequireUser(parts: Guarded): RequestHandler {
  const { users, sessions, csrf, tell, onAnomaly } = parts

  function refuse(req: Request, res: Response, next: NextFunction) {
    const back = req.method === 'GET' ? req.originalUrl : '/account'
    if (wantsPage(req)) res.redirect(303, `/login?next=${encodeURIComponent(back)}`)
    else next(problem(401, 'unauthenticated', 'Not logged in'))
  }

  return async (req, res, next) => {
    const { user } = req.session
    const found = user === undefined ? null : await users.find(user)
    if (found && isCurrent({ ...req.session }, found)) {
      const anomaly = findAnomaly(req)
      if (anomaly) tell('session_anomaly', { reason: anomaly })
      if (anomaly && onAnomaly === 'end') {
        const who = describeUser()
        await sessions.end(req, res)
        tell('session_revoked', { count: 1, reason: 'anomaly', ...who })
        return refuse(req, res, next)
      }
      if (found.isInitial && req.path !== passwordPath) {
        if (wantsPage(req)) res.redirect(303, passwordPath)
        else next(problem(403, 'password_change_required', 'The password is an initial one'))
        return
      }
      if (['GET', 'HEAD'].includes(req.method)) return next()
      csrf.check(req, res, next)
      return
    }
    // Its record is left alone: a request that is renewing the session at this moment needs it.
    if (user !== undefined) tell('session_expired', { reason: 'epoch' })
    refuse(req, res, next)
  }
}

/** Lets only those through who logged in, or proved again who they are, at most `freshMs` ago (OWASP ASVS 7.5.1). */
export function createRequireFresh(freshMs: number): RequestHandler {
  return (req, res, next) => {
    const { authenticated = 0 } = req.session
    if (Date.now() - authenticated < freshMs) next()
    else if (wantsPage(req)) res.redirect(303, '/reauth?next=/account/sessions')
    else next(problem(403, 'reauth_required', 'The last login is too long ago'))
  }
}

/** Whether what a session says of its user still holds; one without an epoch was adopted, and holds for users who never had one. */
export function isCurrent({ epoch }: Fields, user: User | null): boolean {
  return user !== null && !user.disabled && (epoch ?? 0) === user.epoch
}

/** What has changed since the login: the cookie may be a stolen one, or somebody moves (OWASP session cheat sheet). */
function findAnomaly(req: Request): 'browser' | 'address' | null {
  const { agent, address } = req.session
  if (agent !== undefined && agent !== shorten(req.get('User-Agent'))) return 'browser'
  const isElsewhere = address !== undefined && networkOf(address) !== networkOf(req.ip ?? '')
  return isElsewhere ? 'address' : null
}

/** A User-Agent as sessions keep it. */
export function shorten(agent = ''): string {
  return agent.slice(0, 256)
}
