import sequelizeStore from 'connect-session-sequelize'
import session from 'express-session'
import { QueryTypes, type Sequelize } from 'sequelize'
import type { OpenedPackage } from './plain-package.ts'

/** connect-session-sequelize on a database, with the table that it makes. */
export async function openOverSequelize(
  sequelize: Sequelize,
  name = 'Sessions',
): Promise<OpenedPackage> {
  const tableName = name.replace(/\W/g, '_')
  const SequelizeStore = sequelizeStore(session.Store)
  const store = new SequelizeStore({ db: sequelize, tableName })
  await store.sync()
  return {
    store,
    async look(id) {
      const query = `SELECT "expires" FROM "${tableName}" WHERE "sid" = :id`
      const options = { replacements: { id }, type: QueryTypes.SELECT, plain: true } as const
      const row = await sequelize.query<{ expires: string | Date | null }>(query, options)
      return row && (row.expires ? new Date(row.expires).getTime() : Number.POSITIVE_INFINITY)
    },
    async damage(id) {
      const columns = '"sid", "data", "expires", "createdAt", "updatedAt"'
      const query = `INSERT INTO "${tableName}" (${columns}) VALUES (:id, '{"cookie":', :end, :end, :end)`
      await sequelize.query(query, { replacements: { id, end: new Date(Date.now() + 60_000) } })
    },
    close: () => sequelize.close(),
  }
}
