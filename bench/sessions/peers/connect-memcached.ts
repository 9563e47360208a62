import connectMemcached from 'connect-memcached'
import session from 'express-session'
import { serveStore } from './express-routes.ts'
import type { Peer } from './peer.ts'

/** express-session with connect-memcached. */
export const openPeer: Peer['openPeer'] = async (url) => {
  const MemcachedStore = connectMemcached(session)
  return serveStore(new MemcachedStore({ hosts: [new URL(url).host], prefix: 'of-peer:' }))
}
