import session from 'express-session'
import sessionFileStore from 'session-file-store'
import { serveStore } from './express-routes.ts'
import type { Peer } from './peer.ts'

/** express-session with session-file-store, which would print each session that it does not find. */
export const openPeer: Peer['openPeer'] = async (url) => {
  const FileStore = sessionFileStore(session)
  const path = `${url.replace('file:', '')}/of-peer`
  return serveStore(new FileStore({ path, logFn: () => {} }))
}
