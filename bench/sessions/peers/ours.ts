import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { serveRoutes } from './express-routes.ts'
import type { Peer } from './peer.ts'

type SessionModule = typeof import('../../../template/app/src/session/index.ts')

/** The sessions of an emitted app, with their circuit breaker. */
export const openPeer: Peer['openPeer'] = async (url, app) => {
  const session: SessionModule = await import(join(app, 'src/session/index.ts'))
  const reader = session.createReader({
    NODE_ENV: 'test',
    SESSION_STORE_URL: url,
    SESSION_SECRETS: randomBytes(32).toString('base64url'),
    // A machine that others use as well may be slow, which is measured and no failure.
    SESSION_STORE_TIMEOUT_MS: '20000',
  })
  const config = session.readSessionConfig(reader)
  if (reader.problems.length > 0) throw new Error(reader.problems.join('\n'))
  const audit = () => {}
  const backend = await session.openConfigured(config, (error) => console.error(error.message))
  await backend.prepare()
  const guarded = session.withCircuitBreaker(backend, config.session.storeTimeoutMs, audit)
  const { optional, middleware, start } = session.createSessions(guarded, config, audit)
  return serveRoutes({ forPage: optional, forSession: middleware, login: start })
}
