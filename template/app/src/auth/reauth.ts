import { type Request, type Response, Router } from 'express'
import { wantsPage } from '../pages/wants-page.ts'
import { problem } from '../session/problem.ts'
import { readFields } from './fields.ts'
import { readNext } from './next.ts'
import type { Parts } from './parts.ts'
import { signIn } from './sign-in.ts'
import type { User } from './users.ts'

/** The user of a session, where the password is right; null where it is not. Failures count like those of logins. */
export async function confirmPassword(
  req: Request,
  password: string,
  { users, throttle }: Pick<Parts, 'users' | 'throttle'>,
): Promise<User | null> {
  const { user = '' } = req.session
  const attempt = { account: user, address: req.ip ?? '', user }
  const { answer } = await throttle({ kind: 'reauth', ...attempt }, () =>
    users.verify(user, password),
  )
  return answer
}

/** `GET|POST /reauth`: who is logged in proves it again, before what is sensitive (OWASP ASVS 7.5.1). */
export function createReauth(parts: Parts): Router {
  const { sessions, csrf, requireUser, page, tell } = parts
  const router = Router()
  const nextOf = (req: Request) => readNext(req, '/account/sessions')

  function show(req: Request, res: Response, failed: boolean) {
    const { user } = req.session
    const values = { user, csrf: csrf.token(req, res), next: nextOf(req), failed }
    res.send(page('reauth', { title: 'Please confirm that it is you', ...values }))
  }

  router.use('/reauth', sessions.middleware)
  router.get('/reauth', requireUser, (req, res) => show(req, res, false))

  router.post('/reauth', requireUser, async (req, res) => {
    const { password } = readFields(req, 'password')
    const user = await confirmPassword(req, password, parts)
    if (user) {
      await signIn(req, res, { user, renews: true }, parts)
      tell('authn_reauth_success')
      if (wantsPage(req)) res.redirect(303, nextOf(req))
      else res.json({ user: user.name })
      return
    }
    tell('authn_reauth_fail')
    if (!wantsPage(req)) throw problem(403, 'wrong_password', 'The password is wrong')
    res.status(403)
    show(req, res, true)
  })

  return router
}
