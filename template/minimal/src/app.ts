import { fileURLToPath } from 'node:url'
import express, { type Express } from 'express'
import helmet from 'helmet'
import type { Config } from './config.ts'
import { createErrorHandler, notFound } from './http/errors.ts'
import type { Log } from './http/log.ts'
import { createRoutes } from './routes/index.ts'
import { refuseOtherSites } from './security/same-origin.ts'
import { createSessions, type SessionBackend } from './session/index.ts'
import { createRenderer } from './views/render.ts'

interface AppOptions {
  config: Config
  /** With its circuit breaker. */
  backend: SessionBackend
  log: Log
}

const publicFolder = fileURLToPath(new URL('public', import.meta.url))

/** The whole app, without a port. */
export function createApp({ config, backend, log }: AppOptions): Express {
  const app = express()
  const render = createRenderer([])
  const sessions = createSessions(backend, config, (event, details) => log.warn(details, event))

  app.set('trust proxy', config.trustProxy)
  // With its own default, `no-referrer`, browsers would send no Origin with our own forms.
  app.use(helmet({ referrerPolicy: { policy: 'same-origin' } }))
  app.get('/livez', (_req, res) => res.json({ status: 'ok' }))
  app.use('/assets', express.static(publicFolder))

  // From here on answers depend on who asks, and no cache may keep them.
  app.use((_req, res, next) => {
    res.set('Cache-Control', 'no-store').vary('Cookie')
    next()
  })
  app.use(refuseOtherSites(config.publicOrigin), express.urlencoded({ extended: false }))
  app.use(createRoutes({ config, sessions, render }))
  app.use(notFound, createErrorHandler(render, log))
  return app
}
