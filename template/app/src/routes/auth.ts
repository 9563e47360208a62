import { type Request, type Response, Router } from 'express'
import type { AppContext } from '../app.ts'
import { methodNotAllowed } from '../http/errors.ts'
import { describeUser } from '../http/log.ts'
import { readFields, readNext, wantsPage } from '../http/request.ts'
import { clearSite } from '../security/headers.ts'
import { findCurrentUser } from '../security/require-user.ts'
import type { User } from '../users/users.ts'

/** `GET|POST /login` and `POST /logout`. */
export function auth(context: AppContext): Router {
  const { users, sessions, csrf, render, audit } = context
  const router = Router()

  function showLogin(req: Request, res: Response, { username = '', failed = false } = {}) {
    const token = csrf.tokenForVisitor(req, res)
    const next = readNext(req, '/account')
    res.send(render('login', { title: 'Log in', csrf: token, next, username, failed }))
  }

  router
    .route('/login')
    .get(sessions.optional, async (req, res) => {
      if (await findCurrentUser(req, users)) res.redirect(303, readNext(req, '/account'))
      else showLogin(req, res)
    })
    .post(csrf.checkVisitor, sessions.middleware, async (req, res) => {
      const { username, password } = readFields(req, 'username', 'password')
      const attempt = { kind: 'login', address: req.ip ?? '' } as const
      const user = await users.verify(username, password, attempt)
      if (user) {
        await signIn(req, res, user, context)
        audit('authn_login_success')
        res.redirect(303, readNext(req, '/account'))
        return
      }
      // Whoever types the password into the field of the name must not find it in the log.
      audit('authn_login_fail', { user: (await users.find(username))?.name ?? 'unknown' })
      res.status(401)
      if (wantsPage(req)) showLogin(req, res, { username, failed: true })
      else res.json({ error: 'login_failed' })
    })
    .all(methodNotAllowed)

  router
    .route('/logout')
    .post(sessions.middleware, (req, res, next) => {
      // Without a session there is nothing that another site could end.
      if (req.session.user === undefined) next()
      else csrf.check(req, res, next)
    })
    .post(async (req, res) => {
      const { user } = req.session
      const who = describeUser()
      await sessions.end(req, res)
      if (user !== undefined) audit('session_logout', who)
      clearSite(res)
      res.redirect(303, '/')
    })
    .all(methodNotAllowed)

  return router
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
