import { type RequestHandler, Router } from 'express'
import type { Config } from '../config.ts'
import type { RenderPage } from '../pages/page.ts'
import type { SessionBackend } from '../session/backend.ts'
import type { Sessions } from '../session/middleware.ts'
import { problem } from '../session/problem.ts'
import type { Tell } from '../session/tell.ts'
import { createAccount } from './account.ts'
import { createCsrf } from './csrf.ts'
import { createDevices } from './devices.ts'
import { createRequireFresh, createRequireUser } from './guard.ts'
import { createLogin } from './login.ts'
import type { Parts } from './parts.ts'
import { createPasswordChange } from './password-change.ts'
import { createReauth } from './reauth.ts'
import { createThrottle } from './throttle.ts'
import type { Users } from './users.ts'

interface Needs {
  config: Config
  backend: SessionBackend
  users: Users
  sessions: Sessions
  page: RenderPage
  tell: Tell
}

const methods: Record<string, string> = {
  '/': 'GET, HEAD',
  '/login': 'GET, HEAD, POST',
  '/logout': 'POST',
  '/reauth': 'GET, HEAD, POST',
  '/account': 'GET, HEAD',
  '/account/password': 'GET, HEAD, POST',
  '/account/sessions': 'GET, HEAD',
  '/api/me': 'GET, HEAD',
  '/api/note': 'POST',
  '/api/visits': 'POST',
  '/api/sessions': 'GET, HEAD',
  '/api/sessions/revoke-others': 'POST',
  '/api/sessions/revoke-all': 'POST',
  '/api/sessions/:handle/revoke': 'POST',
}

/** Every route of this folder. */
export function createAuth({ config, backend, users, sessions, page, tell }: Needs): Router {
  const csrf = createCsrf(config.session.secrets, config.production, tell)
  const parts: Parts = {
    users,
    sessions,
    csrf,
    throttle: createThrottle(backend, config.login, tell),
    requireUser: createRequireUser({ users, sessions, csrf, tell, onAnomaly: config.onAnomaly }),
    requireFresh: createRequireFresh(config.session.freshMs),
    minLength: config.passwordMinLength,
    page,
    tell,
  }
  const router = Router()
  router.use(createLogin(parts), createReauth(parts), createPasswordChange(parts))
  router.use(createDevices(parts), createAccount(parts))
  return router
}

/** Refuses, on every route that exists, the methods that it does not have (OWASP ASVS 13.4.4). */
export function createMethods(): Router {
  const router = Router()
  router.use((req, res, next) => {
    // It would send back what proxies have added to a request.
    if (req.method === 'TRACE') onlyMethods('GET, HEAD, POST')(req, res, next)
    else next()
  })
  for (const [path, allowed] of Object.entries(methods)) router.all(path, onlyMethods(allowed))
  return router
}

function onlyMethods(allowed: string): RequestHandler {
  const list = allowed.split(', ')
  return (req, res, next) => {
    if (list.includes(req.method)) return next()
    res.set('Allow', allowed)
    next(problem(405, 'method_not_allowed', `The route has ${allowed}`))
  }
}
