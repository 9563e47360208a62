import { createClient } from 'redis'
import { serveRoutes } from './express-routes.ts'
import type { Peer } from './peer.ts'

/** Express with one bare GET of the client per request: what a session that is read must cost. */
export const openPeer: Peer['openPeer'] = async (url) => {
  const client = createClient({ url })
  await client.connect()
  await client.set('bare', JSON.stringify({ user: 'user-0', count: 0 }))
  return serveRoutes({
    forPage: (_req, _res, next) => next(),
    async forSession(req, _res, next) {
      Object.assign(req, { session: JSON.parse((await client.get('bare')) ?? '{}') })
      next()
    },
    login: async () => {},
  })
}
