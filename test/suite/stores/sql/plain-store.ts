import sequelizeStore from 'connect-session-sequelize'
import session, { type Store } from 'express-session'
import { Sequelize } from 'sequelize'

/** connect-session-sequelize on a database, with the table that it makes. */
export async function openOn(sequelize: Sequelize, tableName: string) {
  const SequelizeStore = sequelizeStore(session.Store)
  const packaged = new SequelizeStore({ db: sequelize, tableName, checkExpirationInterval: 0 })
  await packaged.sync()
  const store: Store = packaged
  const model = sequelize.models.Session
  return {
    store,
    damage: async (sid: string) =>
      model?.create({ sid, data: '{"cookie":', expires: new Date(Date.now() + 600_000) }),
    close: () => sequelize.close(),
  }
}

/** The same on a server. */
export const openPlain = (url: string, name: string) =>
  openOn(new Sequelize(url, { logging: false }), name)
