import { type Request, type Response, Router } from 'express'
import { wantsPage } from '../pages/wants-page.ts'
import { problem, sessionEnded } from '../session/problem.ts'
import { readFields } from './fields.ts'
import type { Parts } from './parts.ts'
import { confirmPassword } from './reauth.ts'
import { signIn } from './sign-in.ts'
import { UnfitError } from './user-name.ts'

interface Objection {
  status: number
  code: string
  message: string
}

/** `GET|POST /account/password`: asks for the password of now, and ends the other sessions unless told not to (OWASP ASVS 6.2.3, 7.4.3). */
export function createPasswordChange(parts: Parts): Router {
  const { users, sessions, csrf, requireUser, minLength, page, tell } = parts
  const router = Router()

  async function show(req: Request, res: Response, objection = '') {
    const { user = '' } = req.session
    const isInitial = (await users.find(user))?.isInitial === true
    const values = { user, csrf: csrf.token(req, res), problem: objection, minLength, isInitial }
    res.send(page('password', { title: 'Change your password', ...values }))
  }

  async function change(req: Request, res: Response): Promise<Objection | null> {
    const { current, password } = readFields(req, 'current', 'password')
    const { again, others } = Object(req.body)
    if (again !== undefined && again !== password) {
      return { status: 400, code: 'password_unfit', message: 'These are two different passwords' }
    }
    if (password === current) {
      return { status: 400, code: 'password_unfit', message: 'That is the password of now' }
    }
    const user = await confirmPassword(req, current, parts)
    if (!user) {
      tell('authn_reauth_fail')
      return { status: 403, code: 'wrong_password', message: 'Your password is another one' }
    }
    // A form leaves out a box that is not ticked.
    const endSessions = req.is('urlencoded') ? others !== undefined : others !== false
    const changed = await users.changePassword(user, password, endSessions).catch(toObjection)
    if (changed === null) throw sessionEnded()
    if ('code' in changed) return changed
    tell('authn_password_change', { others_ended: endSessions })
    try {
      await signIn(req, res, { user: changed, renews: true }, parts)
    } catch (error) {
      // A failure would say that the password is still the old one; who is asked for it knows the new one.
      tell('session_renewal_failed', { err: error })
      throw sessionEnded()
    }
    return null
  }

  router.use('/account/password', sessions.middleware)
  router.get('/account/password', requireUser, (req, res) => show(req, res))

  router.post('/account/password', requireUser, async (req, res) => {
    const objection = await change(req, res)
    if (objection) {
      const { status, code, message } = objection
      if (!wantsPage(req)) throw problem(status, code, message)
      res.status(status)
      await show(req, res, message)
    } else if (wantsPage(req)) res.redirect(303, '/account')
    else res.json({ user: req.session.user })
  })

  return router
}

function toObjection(error: unknown): Objection {
  if (!(error instanceof UnfitError)) throw error
  return { status: 400, code: 'password_unfit', message: error.message }
}
