import { join } from 'node:path'
import { Sequelize } from 'sequelize'
import { serveSequelize } from './over-sequelize.ts'
import type { Peer } from './peer.ts'

type NodeSqlite =
  typeof import('../../../template/stores/sqlite/src/session/backend/node-sqlite.ts')

/** express-session with connect-session-sequelize on the SQLite of Node, which the emitted app has too. */
export const openPeer: Peer['openPeer'] = async (url, app) => {
  const dialectModule: NodeSqlite = await import(join(app, 'src/session/backend/node-sqlite.ts'))
  const storage = `${url.replace('sqlite:', '')}-of-peer`
  return serveSequelize(
    new Sequelize({ dialect: 'sqlite', dialectModule, storage, logging: false }),
  )
}
