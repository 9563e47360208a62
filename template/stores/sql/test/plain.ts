import sequelizeStore from 'connect-session-sequelize'
import session from 'express-session'
import type { Sequelize } from 'sequelize'

/** connect-session-sequelize as its own README sets it up, with its own table. */
export async function openPlainOn(sequelize: Sequelize) {
  const SequelizeStore = sequelizeStore(session.Store)
  const store = new SequelizeStore({ db: sequelize, checkExpirationInterval: 0 })
  await store.sync()
  return { store, close: () => sequelize.close() }
}
