import { type Request, type Response, Router } from 'express'
import type { AppContext } from '../app.ts'
import { methodNotAllowed } from '../http/errors.ts'
import { readFields, readNext, wantsPage } from '../http/request.ts'
import { signIn } from '../security/require-user.ts'
import { httpError } from '../session/index.ts'

/** `GET|POST /reauth`: who is logged in proves it again, before what is sensitive (OWASP ASVS 7.5.1). */
export function reauth(context: AppContext): Router {
  const { users, sessions, csrf, requireUser, render, audit } = context
  const router = Router()
  const guards = [sessions.middleware, requireUser]
  const nextOf = (req: Request) => readNext(req, '/account')

  function show(req: Request, res: Response, failed = false) {
    const { user } = req.session
    const values = { user, csrf: csrf.token(req, res), next: nextOf(req), failed }
    res.send(render('reauth', { title: 'Please confirm that it is you', ...values }))
  }

  router
    .route('/reauth')
    .get(guards, (req: Request, res: Response) => show(req, res))
    .post(guards, async (req: Request, res: Response) => {
      const { password } = readFields(req, 'password')
      const attempt = { kind: 'reauth', address: req.ip ?? '' } as const
      const user = await users.verify(req.session.user ?? '', password, attempt)
      if (user) {
        await signIn(req, res, user, context, { keep: true })
        audit('authn_reauth_success')
        if (wantsPage(req)) res.redirect(303, nextOf(req))
        else res.json({ user: user.name })
        return
      }
      audit('authn_reauth_fail')
      if (!wantsPage(req)) throw httpError(403, 'wrong_password', 'The password is wrong')
      res.status(403)
      show(req, res, true)
    })
    .all(methodNotAllowed)

  return router
}
