import sequelizeStore from 'connect-session-sequelize'
import session from 'express-session'
import type { Sequelize } from 'sequelize'
import { fillPlain } from './sessions.ts'

/** The table of sessions. */
export const table = 'sess'

/** The columns of a row that a copy of it has too, as SQL. */
export function copiedColumns(row: unknown): string {
  const names = Object.keys(Object(row)).filter((name) => name !== 'sid' && name !== 'owner')
  return names.map((name) => `"${name}"`).join(', ')
}

/** Stores sessions by connect-session-sequelize, in a table `plain`. */
export async function fillPlainTable(db: Sequelize): Promise<void> {
  const SequelizeStore = sequelizeStore(session.Store)
  const store = new SequelizeStore({ db, tableName: 'plain', checkExpirationInterval: 0 })
  await store.sync()
  await fillPlain(store)
}
