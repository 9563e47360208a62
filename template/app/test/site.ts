import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import express from 'express'
import { createApp } from '../src/app.ts'
import { openUsers } from '../src/auth/users.ts'
import { readConfig } from '../src/config.ts'
import { drain } from '../src/ops/shutdown.ts'
import type { SessionBackend } from '../src/session/backend.ts'
import { withDeadline } from '../src/session/deadline.ts'
import { openBrowser } from './browser.ts'
import { createProbe } from './probe.ts'
import type { Suite } from './suite.ts'

/** What a site has otherwise than usual. */
export interface SiteOptions {
  env?: NodeJS.ProcessEnv
  /** After how long a session gets another id, in ms; less than an environment may say. */
  rotateMs?: number
  /** Puts something between the app and the backend. */
  wrap?: (backend: SessionBackend) => SessionBackend
}

/** The app on a port of its own until the test ends, over the backend of the suite, with the probe's routes beside its own. */
export async function openSite(
  test: TestContext,
  suite: Suite,
  { env, rotateMs, wrap = (backend) => backend }: SiteOptions = {},
) {
  const config = readConfig({ ...suite.env, ...env })
  if (rotateMs !== undefined) config.session.rotateMs = rotateMs
  const backend = withDeadline(wrap(suite.backend), config.session.storeTimeoutMs)
  const events: string[] = []
  const hear = (_details: unknown, event?: string) => void events.push(String(event))
  const log = { info: () => {}, warn: hear, error: hear }
  const probe = createProbe(backend, config)
  const site = express()
    .set('trust proxy', config.trustProxy)
    .use('/probe', probe.router)
    .use(createApp({ config, backend, users: openUsers(config.usersFile), log }))
  const server = site.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  test.after(() => drain(server, 1000))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    origin,
    events,
    gates: probe.gates,
    open: (headers?: Record<string, string>) => openBrowser(origin, headers),
  }
}
