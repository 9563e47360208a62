import { join } from 'node:path'
import sequelizeStore from 'connect-session-sequelize'
import session from 'express-session'
import { Sequelize } from 'sequelize'
import { serveStore } from './express-routes.ts'
import type { Peer } from './peer.ts'

type NodeSqlite =
  typeof import('../../../template/stores/sqlite/src/session/backend/node-sqlite.ts')

/** express-session with connect-session-sequelize on the SQLite of Node, which the emitted app has too. */
export const openPeer: Peer['openPeer'] = async (url, app) => {
  const dialectModule: NodeSqlite = await import(join(app, 'src/session/backend/node-sqlite.ts'))
  const storage = `${url.replace('sqlite:', '')}-of-peer`
  const db = new Sequelize({ dialect: 'sqlite', dialectModule, storage, logging: false })
  const SequelizeStore = sequelizeStore(session.Store)
  const store = new SequelizeStore({ db })
  await store.sync()
  return serveStore(store)
}
