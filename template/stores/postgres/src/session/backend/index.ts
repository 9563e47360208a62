import { Sequelize } from 'sequelize'
import type { OpenBackend } from './contract.ts'
import { openSql } from './sql.ts'
import { readAddress } from './sql-address.ts'

/** Where the backend is when SESSION_STORE_URL does not say. */
export const defaultUrl = 'postgres://app@127.0.0.1:5432/sessions'

/** The addresses that are for this store. */
export const protocols = ['postgres:', 'postgresql:']

/** The name of the store, as the account page shows it. */
export const storeName = 'PostgreSQL'

/** Keeps sessions in a table of PostgreSQL; throws, without the password, when the address cannot be read. */
export const openBackend: OpenBackend = async (url, options) => {
  const { timeoutMs } = options
  const sequelize = new Sequelize(readAddress(url).href, {
    dialect: 'postgres',
    logging: false,
    pool: { max: 10, acquire: timeoutMs },
    dialectOptions: {
      connectionTimeoutMillis: timeoutMs,
      query_timeout: timeoutMs,
      keepAlive: true,
    },
  })
  // Otherwise a statement that waits for a lock goes on at the server, and keeps its connection there. As an option
  // of the connection PgBouncer would refuse it.
  sequelize.addHook('afterConnect', async (connection) => {
    const { query } = connection as { query(statement: string): Promise<unknown> }
    await query.call(connection, `SET statement_timeout = ${Math.floor(0.9 * timeoutMs)}`)
  })
  return openSql(sequelize, options)
}
