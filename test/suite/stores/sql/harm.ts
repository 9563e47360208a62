import { Sequelize } from 'sequelize'
import { nameFromPrefix } from '../../../src/session/backend/contract.ts'

/** It takes the rights of an administrator, which the user of the tests has not. */
export const refuseWrites: ((url: string) => Promise<void>) | undefined = undefined

/** Drops the table. */
export const takeAway: ((url: string, prefix: string) => Promise<void>) | undefined = async (
  url,
  prefix,
) => {
  const database = new Sequelize(url, { logging: false })
  await database.query(`DROP TABLE ${nameFromPrefix(prefix)}`)
  await database.close()
}
