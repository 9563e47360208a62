import { Sequelize } from 'sequelize'
import { nameFromPrefix } from '../../../src/session/backend/contract.ts'

/** Only an administrator can. */
export const refuseWrites: ((url: string) => Promise<void>) | string =
  'the user of the tests may not make the server read-only'

/** Drops the table. */
export const takeAway: ((url: string, prefix: string) => Promise<void>) | string = async (
  url,
  prefix,
) => {
  const database = new Sequelize(url, { logging: false })
  await database.query(`DROP TABLE ${nameFromPrefix(prefix)}`)
  await database.close()
}
