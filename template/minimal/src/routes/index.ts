import { type Request, Router } from 'express'
import type { Config } from '../config.ts'
import { httpError, type Sessions } from '../session/index.ts'
import type { Render } from '../views/render.ts'

interface RouteContext {
  config: Config
  sessions: Sessions
  render: Render
}

/** Every page: `GET /`, `GET|POST /login` and `POST /logout`. */
export function createRoutes({ config, sessions, render }: RouteContext): Router {
  const router = Router()

  router.get('/', sessions.optional, (req, res) => {
    res.send(render('home', { title: 'Welcome', user: req.session?.user }))
  })

  router.get('/login', sessions.optional, (req, res) => {
    if (req.session?.user) res.redirect(303, '/')
    else res.send(render('login', { title: 'Log in' }))
  })

  router.post('/login', sessions.middleware, async (req, res) => {
    // A new session id: one that somebody planted before is worth nothing.
    await sessions.start(req, { user: checkLogin(req, config) })
    res.redirect(303, '/')
  })

  router.post('/logout', sessions.middleware, async (req, res) => {
    await sessions.end(req, res)
    res.redirect(303, '/')
  })

  return router
}

/** The user who logs in; throws a 400 for what is no name. Believes everybody in development: check a password here before production. */
function checkLogin({ body }: Request, { production }: Config): string {
  if (production) throw httpError(501, 'no_password_check', 'checkLogin checks no password yet')
  const username: unknown = body?.username
  if (typeof username === 'string' && /^[\w.@+-]{1,64}$/.test(username)) return username
  throw httpError(400, 'bad_request', 'A name is 1 to 64 letters, digits and _ . @ + -')
}
