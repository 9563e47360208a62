import type { TestContext } from 'node:test'
import { QueryTypes, Sequelize } from 'sequelize'
import { nameFromPrefix } from '../../../src/session/backend/contract.ts'

/** Does something at the server of an address, as its user or as its administrator, who has the same password. */
async function work(
  url: string,
  act: (database: Sequelize) => Promise<unknown>,
  { asRoot = false } = {},
) {
  const address = new URL(url)
  if (asRoot) address.username = 'root'
  const database = new Sequelize(address.href, { logging: false })
  await act(database)
  await database.close()
}

/** Makes the server read-only for all but administrators. */
export const refuseWrites: ((url: string, test: TestContext) => Promise<string>) | string = async (
  url,
) => {
  await work(url, (database) => database.query('SET GLOBAL read_only = ON'), { asRoot: true })
  return url
}

/** Drops the table. */
export const takeAway: ((url: string, prefix: string) => Promise<void>) | string = (url, prefix) =>
  work(url, (database) => database.query(`DROP TABLE ${nameFromPrefix(prefix)}`))

/** Ends all of its user but the one that says so. */
export const endConnections: ((url: string) => Promise<void>) | string = (url) =>
  work(url, async (database) => {
    const list = 'SELECT id AS id FROM information_schema.processlist WHERE id <> CONNECTION_ID()'
    const rows = await database.query<{ id: number }>(list, { type: QueryTypes.SELECT })
    // One that has ended meanwhile is no error.
    await Promise.allSettled(rows.map(({ id }) => database.query(`KILL ${id}`)))
  })

/** Its own affair. */
export const addressOn: ((folder: string) => string) | string = 'its server has the disk'
