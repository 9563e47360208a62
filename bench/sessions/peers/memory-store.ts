import session from 'express-session'
import { serveStore } from './express-routes.ts'
import type { Peer } from './peer.ts'

/** express-session with its own MemoryStore. */
export const openPeer: Peer['openPeer'] = async () => serveStore(new session.MemoryStore())
