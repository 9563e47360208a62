import { fileURLToPath } from 'node:url'
import express, { type Express, type RequestHandler } from 'express'
import { refuseOtherSites } from './auth/origin.ts'
import { createAuth, createMethods } from './auth/routes.ts'
import type { Users } from './auth/users.ts'
import type { Config } from './config.ts'
import { createErrorHandler, notFound } from './ops/errors.ts'
import { createHeaders } from './ops/headers.ts'
import { createHealth, type Readiness } from './ops/health.ts'
import { requireHttps } from './ops/https.ts'
import type { Log } from './ops/log.ts'
import { followRequests } from './ops/request-context.ts'
import { createSecurityLog } from './ops/security-log.ts'
import { createPages } from './pages/page.ts'
import { noteArrival } from './session/arrival.ts'
import type { SessionBackend } from './session/backend.ts'
import { readCookies } from './session/cookie-header.ts'
import { createSessions } from './session/middleware.ts'
import { problem } from './session/problem.ts'

interface Parts {
  config: Config
  /** With its deadline. */
  backend: SessionBackend
  users: Users
  log: Log
  readiness?: Readiness
}

const bodyLimit = '512kb'

/** The whole app, without a port. */
export function createApp({ config, backend, users, log, readiness }: Parts): Express {
  const app = express()
  const page = createPages(config.production)
  const tell = createSecurityLog(log)
  const sessions = createSessions(backend, config, tell)
  const [secret = ''] = config.session.secrets
  app.set('trust proxy', config.trustProxy)
  app.set('x-powered-by', false)

  app.use(noteArrival, followRequests(secret), createHeaders(config), createMethods())
  app.use(createHealth(backend.ping, readiness ?? { draining: false }))
  app.use('/assets', express.static(fileURLToPath(new URL('pages/assets', import.meta.url))))

  // From here on answers depend on who asks, and no cache may keep them.
  app.use((_req, res, next) => {
    res.set('Cache-Control', 'no-store').vary('Cookie')
    next()
  })
  app.use(requireHttps(config, tell))
  // The start page looks at the cookie's name only, so that it is there when the store is not.
  app.get('/', (req, res) => {
    const returning = readCookies(req.get('Cookie'), config.session.cookieName).length > 0
    res.send(page('index', { title: 'Welcome', returning }))
  })
  app.use(refuseOtherSites(config, tell), refuseOtherTypes)
  app.use(
    express.json({ limit: bodyLimit }),
    express.urlencoded({ extended: false, limit: bodyLimit }),
  )
  app.use(createAuth({ config, backend, users, sessions, page, tell }))
  app.use(notFound)
  app.use(createErrorHandler(page, log, tell))
  return app
}

/** Takes forms and JSON and nothing else that could be read as them (OWASP ASVS 4.1.1). */
const refuseOtherTypes: RequestHandler = (req, _res, next) => {
  const type = req.is(['json', 'urlencoded'])
  // Null says that there is no body.
  if (type === null || type !== false || req.get('Content-Length') === '0') next()
  else next(problem(415, 'unsupported_type', 'A body that is neither JSON nor a form'))
}
