import sequelizeStore from 'connect-session-sequelize'
import session, { type Store } from 'express-session'
import { openDatabase } from './database.ts'

/** connect-session-sequelize on a file, with the table that it makes. */
export async function openPlain(url: string, tableName: string) {
  const sequelize = openDatabase(url)
  const SequelizeStore = sequelizeStore(session.Store)
  const packaged = new SequelizeStore({ db: sequelize, tableName, checkExpirationInterval: 0 })
  await packaged.sync()
  const store: Store = packaged
  return {
    store,
    damage: async (sid: string) =>
      sequelize.models.Session?.create({
        sid,
        data: '{"cookie":',
        expires: new Date(Date.now() + 600_000),
      }),
    close: () => sequelize.close(),
  }
}
