import { openAppBackend } from '../app-backend.ts'
import { serveRoutes } from './express-routes.ts'
import type { Peer } from './peer.ts'

/** The sessions of an emitted app, with their circuit breaker. */
export const openPeer: Peer['openPeer'] = async (url, app) => {
  const { session, config, backend } = await openAppBackend(url, app)
  const audit = () => {}
  const guarded = session.withCircuitBreaker(backend, config.session.storeTimeoutMs, audit)
  const { optional, middleware, start } = session.createSessions(guarded, config, audit)
  return serveRoutes({ forPage: optional, forSession: middleware, login: start })
}
