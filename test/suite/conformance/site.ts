import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import express from 'express'
import { createApp } from '../../../src/app.ts'
import { readConfig } from '../../../src/config.ts'
import { createAuditLog } from '../../../src/http/audit-log.ts'
import { type SessionBackend, withCircuitBreaker } from '../../../src/session/index.ts'
import { openUsers } from '../../../src/users/users.ts'
import { openBrowser } from './browser.ts'
import { createProbe } from './probe.ts'
import type { Suite } from './suite.ts'

/** How a site differs from the default. */
export interface SiteOptions {
  env?: NodeJS.ProcessEnv
  /** Puts something between the app and the backend. */
  wrap?: (backend: SessionBackend) => SessionBackend
}

/** The app on a port of its own until the test ends, over the backend of the suite, with the probe's routes beside its own. */
export async function openSite(
  test: TestContext,
  suite: Suite,
  { env, wrap = (backend) => backend }: SiteOptions = {},
) {
  const config = readConfig({ ...suite.env, ...env })
  const events: string[] = []
  const keepEvent = (_details: unknown, event?: string) => void events.push(String(event))
  const log = { info: () => {}, warn: keepEvent, error: keepEvent }
  const audit = createAuditLog(log)
  const backend = withCircuitBreaker(wrap(suite.backend), config.session.storeTimeoutMs, audit)
  const probe = createProbe(backend, config)
  const server = express()
    .set('trust proxy', config.trustProxy)
    .use('/probe', probe.router)
    .use(createApp({ config, backend, users: openUsers(config.users.file), log }))
    .listen(0, '127.0.0.1')
  // On a busy machine the default of five seconds may end a connection just when a request comes.
  server.keepAliveTimeout = 60_000
  await once(server, 'listening')
  test.after(async () => {
    const closed = once(server, 'close')
    server.close().closeAllConnections()
    await closed
  })
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    origin,
    events,
    gates: probe.gates,
    open: (headers?: Record<string, string>) => openBrowser(origin, headers),
  }
}
