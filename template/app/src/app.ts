import { fileURLToPath } from 'node:url'
import express, { type Express, type RequestHandler } from 'express'
import type { Config } from './config.ts'
import { createAuditLog } from './http/audit-log.ts'
import { createErrorHandler, notFound, refuseTrace } from './http/errors.ts'
import { createHealth } from './http/health.ts'
import { followRequests, type Log } from './http/log.ts'
import { withMetrics } from './http/metrics.ts'
import * as routes from './routes/index.ts'
import { type Csrf, createCsrf } from './security/csrf.ts'
import { createHeaders, requireHttps } from './security/headers.ts'
import { withLoginThrottle } from './security/login-throttle.ts'
import { createRequireFresh, createRequireUser } from './security/require-user.ts'
import { refuseOtherSites, refuseOtherTypes } from './security/same-origin.ts'
import {
  type AuditLog,
  createSessions,
  type SessionBackend,
  type Sessions,
} from './session/index.ts'
import type { Users } from './users/users.ts'
import { createRenderer, type Render } from './views/render.ts'

/** What every route file is given. */
export interface AppContext {
  config: Config
  users: Users
  sessions: Sessions
  csrf: Csrf
  /** Lets only logged-in users through, and what changes something only with their token. */
  requireUser: RequestHandler
  /** Comes after `requireUser`, and lets only those through who proved lately who they are. */
  requireFresh: RequestHandler
  render: Render
  audit: AuditLog
}

interface AppOptions {
  config: Config
  /** With its circuit breaker. */
  backend: SessionBackend
  users: Users
  log: Log
  /** Whether the process is about to end and wants no new requests. */
  isDraining?: () => boolean
}

const bodyLimit = '512kb'
const publicFolder = fileURLToPath(new URL('public', import.meta.url))

/** The whole app, without a port. */
export function createApp({
  config,
  backend,
  users,
  log,
  isDraining = () => false,
}: AppOptions): Express {
  const app = express()
  app.set('trust proxy', config.trustProxy)
  app.set('x-powered-by', false)
  app.use(followRequests(config.logKey), createHeaders(config), refuseTrace)
  backend = withMetrics(app, backend, config.metricsToken)

  const features = Object.keys(routes)
  const audit = createAuditLog(log)
  const render = createRenderer(features)
  const csrf = createCsrf(config.csrfKeys, config.production, audit)
  const { cookieName } = config.session
  const hasPasswordChange = features.includes('password')
  const requireFresh = createRequireFresh(config.freshMs)
  const context: AppContext = {
    config,
    users,
    sessions: createSessions(backend, config, audit),
    csrf,
    requireUser: createRequireUser({ users, csrf, audit, cookieName, hasPasswordChange }),
    requireFresh: features.includes('reauth') ? requireFresh : (_req, _res, next) => next(),
    render,
    audit,
  }
  context.users = withLoginThrottle(users, backend, config.login, audit)

  app.use(createHealth([backend.ping, () => users.find('')], isDraining))
  app.use('/assets', express.static(publicFolder))

  // From here on answers depend on who asks, and no cache may keep them.
  app.use((_req, res, next) => {
    res.set('Cache-Control', 'no-store').vary('Cookie')
    next()
  })
  app.use(requireHttps(config, audit), refuseOtherSites(config, audit), refuseOtherTypes)
  app.use(
    express.json({ limit: bodyLimit }),
    express.urlencoded({ extended: false, limit: bodyLimit }),
  )
  for (const createRoutes of Object.values(routes)) app.use(createRoutes(context))
  app.use(notFound, createErrorHandler(render, log, audit))
  return app
}
