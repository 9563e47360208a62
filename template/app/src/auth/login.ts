import { type Request, type Response, Router } from 'express'
import { clearSite } from '../ops/headers.ts'
import { describeUser } from '../ops/request-context.ts'
import { wantsPage } from '../pages/wants-page.ts'
import { readFields } from './fields.ts'
import { readNext } from './next.ts'
import type { Parts } from './parts.ts'
import { signIn } from './sign-in.ts'

/** `GET|POST /login` and `POST /logout`. */
export function createLogin(parts: Parts): Router {
  const { users, sessions, csrf, throttle, page, tell } = parts
  const router = Router()

  function show(req: Request, res: Response, values: { username: string; failed: boolean }) {
    const token = csrf.tokenForVisitor(req, res)
    const next = readNext(req, '/account')
    res.send(page('login', { title: 'Log in', next, csrf: token, ...values }))
  }

  router.get('/login', (req, res) => show(req, res, { username: '', failed: false }))

  router.post('/login', csrf.checkVisitor, sessions.middleware, async (req, res) => {
    const { username, password } = readFields(req, 'username', 'password')
    // Whoever types the password into the field of the name must not find it in the log.
    const known = (await users.find(username))?.name ?? 'unknown'
    const attempt = { account: username, address: req.ip ?? '', user: known }
    const { answer: user, failures } = await throttle({ kind: 'login', ...attempt }, () =>
      users.verify(username, password),
    )
    if (user) {
      await signIn(req, res, { user }, parts)
      tell('authn_login_success')
      if (failures > 0) tell('authn_login_successafterfail', { failures })
      res.redirect(303, readNext(req, '/account'))
      return
    }
    tell('authn_login_fail', { user: known })
    res.status(401)
    if (wantsPage(req)) show(req, res, { username, failed: true })
    else res.json({ error: 'login_failed' })
  })

  router.post('/logout', sessions.middleware, (req, res, next) => {
    // Without a session there is nothing that another site could end.
    if (req.session.user === undefined) next()
    else csrf.check(req, res, next)
  })

  router.post('/logout', async (req, res) => {
    const { user } = req.session
    const who = describeUser()
    await sessions.end(req, res)
    if (user !== undefined) tell('session_logout', who)
    clearSite(res)
    res.redirect(303, '/')
  })

  return router
}
