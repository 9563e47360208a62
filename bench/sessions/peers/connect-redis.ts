import { RedisStore } from 'connect-redis'
import { createClient } from 'redis'
import { serveStore } from './express-routes.ts'
import type { Peer } from './peer.ts'

/** express-session with connect-redis. */
export const openPeer: Peer['openPeer'] = async (url) => {
  const client = createClient({ url })
  await client.connect()
  return serveStore(new RedisStore({ client, prefix: 'myapp:' }))
}
