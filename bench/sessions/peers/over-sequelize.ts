import sequelizeStore from 'connect-session-sequelize'
import session from 'express-session'
import type { Sequelize } from 'sequelize'
import { serveStore } from './express-routes.ts'

/** Serves the routes over connect-session-sequelize on a database, with the table that it makes. */
export async function serveSequelize(db: Sequelize): Promise<number> {
  const SequelizeStore = sequelizeStore(session.Store)
  const store = new SequelizeStore({ db, tableName: 'of_peer' })
  await store.sync()
  return serveStore(store)
}
