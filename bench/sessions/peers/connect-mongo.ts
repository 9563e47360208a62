import { MongoStore } from 'connect-mongo'
import { serveStore } from './express-routes.ts'
import type { Peer } from './peer.ts'

/** express-session with connect-mongo. */
export const openPeer: Peer['openPeer'] = async (url) =>
  serveStore(MongoStore.create({ mongoUrl: url, collectionName: 'of_peer' }))
