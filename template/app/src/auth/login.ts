import { type Request, Router } from 'express'
import type { RenderPage } from '../pages/page.ts'
import { wantsPage } from '../pages/wants-page.ts'
import type { Sessions } from '../session/middleware.ts'
import type { Users } from './users.ts'

/** A path of this app to go to after login; never another site (OWASP ASVS 3.7.2). */
function readNext({ query, body }: Request): string {
  const wanted: unknown = body?.next ?? query.next
  if (typeof wanted !== 'string' || !wanted.startsWith('/')) return '/account'
  const base = 'http://app.invalid'
  const url = URL.canParse(wanted, base) ? new URL(wanted, base) : null
  // "/.//evil.test" stays on this origin, and its path alone would lead to another.
  const isLocal = url?.origin === base && !url.pathname.startsWith('//')
  return isLocal ? url.pathname + url.search : '/account'
}

/** `GET|POST /login` and `POST /logout`. */
export function createLogin(users: Users, sessions: Sessions, page: RenderPage): Router {
  const router = Router()

  router.get('/login', (req, res) => {
    res.send(page('login', { title: 'Log in', next: readNext(req), username: '', failed: false }))
  })

  router.post('/login', sessions.middleware, async (req, res) => {
    const { username, password } = Object(req.body)
    const next = readNext(req)
    const given = typeof username === 'string' && typeof password === 'string'
    if (given && (await users.verify(username, password))) {
      await sessions.start(req, { user: username })
      res.redirect(303, next)
      return
    }
    res.status(401)
    if (!wantsPage(req)) res.json({ error: 'login_failed' })
    else
      res.send(
        page('login', { title: 'Log in', next, username: given ? username : '', failed: true }),
      )
  })

  router.post('/logout', sessions.middleware, async (req, res) => {
    await sessions.end(req, res)
    res.redirect(303, '/')
  })

  return router
}
