import { type Request, type Response, Router } from 'express'
import type { AppContext } from '../app.ts'
import { methodNotAllowed } from '../http/errors.ts'
import { describeUser } from '../http/log.ts'
import { readFields, readNext, wantsPage } from '../http/request.ts'
import { clearSite } from '../security/headers.ts'
import { findGreetedUser, signIn } from '../security/require-user.ts'

/** `GET|POST /login` and `POST /logout`. */
export function auth(context: AppContext): Router {
  const { users, sessions, csrf, render, audit } = context
  const router = Router()

  function showLogin(req: Request, res: Response, { username = '', failed = false } = {}) {
    const token = csrf.tokenForVisitor(req, res)
    const next = readNext(req, '/account')
    const ended = !failed && 'ended' in req.query
    res.send(render('login', { title: 'Log in', csrf: token, next, username, failed, ended }))
  }

  router
    .route('/login')
    .get(sessions.optional, async (req, res) => {
      if (await findGreetedUser(req, users)) res.redirect(303, readNext(req, '/account'))
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
