import { join } from 'node:path'
import { Sequelize } from 'sequelize'
import { serveSequelize } from './over-sequelize.ts'
import type { Peer } from './peer.ts'

type NodeSqlite =
  typeof import('../../../template/stores/sqlite/src/session/backend/node-sqlite.ts')

/** express-session with connect-session-sequelize on the SQLite of Node, which the emitted app has too. */
export const openPeer: Peer['openPeer'] = async (url, app) => {
  const { sqliteModule }: NodeSqlite = await import(join(app, 'src/session/backend/node-sqlite.ts'))
  const sequelize = new Sequelize({
    dialect: 'sqlite',
    dialectModule: sqliteModule(20_000),
    storage: `${url.replace('sqlite:', '')}-of-peer`,
    logging: false,
  })
  // What SQLite and the package `sqlite3` do where nobody says otherwise.
  await sequelize.query('PRAGMA journal_mode = DELETE')
  return serveSequelize(sequelize)
}
