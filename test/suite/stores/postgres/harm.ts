import type { TestContext } from 'node:test'
import { Sequelize } from 'sequelize'
import { nameFromPrefix } from '../../../src/session/backend/contract.ts'

async function ask(url: string, ...statements: string[]) {
  const database = new Sequelize(url, { logging: false })
  for (const statement of statements) await database.query(statement)
  await database.close()
}

/** Makes the server at an address one of hot standby, as far as sessions see. */
export const refuseWrites: ((url: string, test: TestContext) => Promise<string>) | string = async (
  url,
) => {
  await ask(url, 'ALTER SYSTEM SET default_transaction_read_only = on', 'SELECT pg_reload_conf()')
  return url
}

/** Drops the table. */
export const takeAway: ((url: string, prefix: string) => Promise<void>) | string = (url, prefix) =>
  ask(url, `DROP TABLE ${nameFromPrefix(prefix)}`)

/** Ends all but the one that says so. */
export const endConnections: ((url: string) => Promise<void>) | string = (url) =>
  ask(
    url,
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  )

/** Its own affair. */
export const addressOn: ((folder: string) => string) | string = 'its server has the disk'
