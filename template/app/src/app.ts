import { fileURLToPath } from 'node:url'
import express, { type Express, type RequestHandler } from 'express'
import helmet from 'helmet'
import { createAccount } from './auth/account.ts'
import { createLogin } from './auth/login.ts'
import { refuseOtherSites } from './auth/origin.ts'
import type { Users } from './auth/users.ts'
import type { Config } from './config.ts'
import { createErrorHandler, notFound } from './ops/errors.ts'
import { createHealth, type Readiness } from './ops/health.ts'
import type { Log } from './ops/log.ts'
import { createPages } from './pages/page.ts'
import type { SessionBackend } from './session/backend.ts'
import { createSessions } from './session/middleware.ts'

interface Parts {
  config: Config
  /** With its deadline. */
  backend: SessionBackend
  users: Users
  log: Log
  readiness?: Readiness
}

/** The whole app, without a port. */
export function createApp({ config, backend, users, log, readiness }: Parts): Express {
  const app = express()
  const page = createPages(config.production)
  const sessions = createSessions(backend, config, (event, error) =>
    log.warn({ err: error }, event),
  )
  app.set('trust proxy', config.trustProxy)
  app.set('x-powered-by', false)

  app.use(createHealth(backend.ping, readiness ?? { draining: false }))
  app.use(createHeaders(config.production))
  app.use('/assets', express.static(fileURLToPath(new URL('pages/assets', import.meta.url))))

  // From here on answers depend on who asks, and no cache may keep them.
  app.use((_req, res, next) => {
    res.set('Cache-Control', 'no-store').vary('Cookie')
    next()
  })
  // The start page looks at the cookie's name only, so that it is there when the store is not.
  app.get('/', (req, res) => {
    const cookies = req.get('Cookie')?.split('; ') ?? []
    const returning = cookies.some((each) => each.startsWith(`${config.session.cookieName}=`))
    res.send(page('index', { title: 'Welcome', returning }))
  })
  app.use(refuseOtherSites(config.publicOrigin))
  app.use(express.json({ limit: '512kb' }), express.urlencoded({ extended: false, limit: '512kb' }))
  app.use(createLogin(users, sessions, page))
  app.use(createAccount(sessions, page))
  app.all(['/login', '/logout', '/account', '/api/me', '/api/note', '/api/visits'], refuseMethod)
  app.use(notFound)
  app.use(createErrorHandler(page, log))
  return app
}

/** A route that exists took none of the methods it has. */
const refuseMethod: RequestHandler = (req, res, next) => {
  const reads = ['/account', '/api/me'].includes(req.path)
  res.set('Allow', req.path === '/login' ? 'GET, HEAD, POST' : reads ? 'GET, HEAD' : 'POST')
  next(Object.assign(new Error('Wrong method'), { status: 405, code: 'method_not_allowed' }))
}

/** Security headers, stricter than Helmet's defaults; `same-origin` or browsers would send no Origin with our own forms. */
function createHeaders(production: boolean): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        styleSrc: ["'self'"],
        fontSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'"],
        upgradeInsecureRequests: production ? [] : null,
      },
    },
    referrerPolicy: { policy: 'same-origin' },
    frameguard: { action: 'deny' },
  })
}
