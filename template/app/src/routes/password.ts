import { type Request, type Response, Router } from 'express'
import type { AppContext } from '../app.ts'
import { methodNotAllowed } from '../http/errors.ts'
import { readFields, wantsPage } from '../http/request.ts'
import { signIn } from '../security/require-user.ts'
import { type HttpError, httpError, sessionEnded } from '../session/index.ts'
import { PolicyError } from '../users/password-policy.ts'
import type { User } from '../users/users.ts'

/** `GET|POST /account/password`: asks for the password of now, and ends the other sessions unless told not to (OWASP ASVS 6.2.3, 7.4.3). */
export function password(context: AppContext): Router {
  const { config, users, sessions, csrf, requireUser, render, audit } = context
  const router = Router()
  const guards = [sessions.middleware, requireUser]

  async function show(req: Request, res: Response, problem = '') {
    const { user = '' } = req.session
    const isInitial = (await users.find(user))?.isInitial === true
    const { minLength } = config.users
    const values = { user, csrf: csrf.token(req, res), problem, minLength, isInitial }
    res.send(render('password', { title: 'Change your password', ...values }))
  }

  /** Changes the password; returns what is wrong with the request, or null. */
  async function change(req: Request, res: Response): Promise<HttpError | null> {
    const { current, password } = readFields(req, 'current', 'password')
    const { again, others } = Object(req.body)
    const unfit = (message: string) => httpError(400, 'password_unfit', message)
    if (again !== undefined && again !== password) return unfit('These are two different passwords')
    if (password === current) return unfit('That is the password of now')
    const attempt = { kind: 'reauth', address: req.ip ?? '' } as const
    const user = await users.verify(req.session.user ?? '', current, attempt)
    if (!user) {
      audit('authn_reauth_fail')
      return httpError(403, 'wrong_password', 'Your password is another one')
    }
    // A form leaves out a box that is not ticked.
    const endsOthers = req.is('urlencoded') ? others !== undefined : others !== false
    let changed: User | null
    try {
      changed = await users.changePassword(user, password, endsOthers)
    } catch (error) {
      if (error instanceof PolicyError) return unfit(error.message)
      throw error
    }
    if (changed === null) throw sessionEnded()
    audit('authn_password_change', { others_ended: endsOthers })
    try {
      await signIn(req, res, changed, context, { keep: true })
    } catch (error) {
      // A failure would say that the password is still the old one; who is asked for it knows the new one.
      audit('session_renewal_failed', { err: error })
      throw sessionEnded()
    }
    return null
  }

  router
    .route('/account/password')
    .get(guards, (req: Request, res: Response) => show(req, res))
    .post(guards, async (req: Request, res: Response) => {
      const problem = await change(req, res)
      if (problem && !wantsPage(req)) throw problem
      if (problem) {
        res.status(problem.status)
        await show(req, res, problem.message)
      } else if (wantsPage(req)) res.redirect(303, '/account?saved')
      else res.json({ user: req.session.user })
    })
    .all(methodNotAllowed)

  return router
}
