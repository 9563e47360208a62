import { Sequelize } from 'sequelize'
import { serveSequelize } from './over-sequelize.ts'
import type { Peer } from './peer.ts'

/** express-session with connect-session-sequelize on PostgreSQL. */
export const openPeer: Peer['openPeer'] = async (url) =>
  serveSequelize(new Sequelize(url, { logging: false }))
