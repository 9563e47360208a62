import { Sequelize } from 'sequelize'
import type { OpenBackend } from './contract.ts'
import { openSql } from './sql.ts'
import { readAddress } from './sql-address.ts'

/** Where the backend is when SESSION_STORE_URL does not say. */
export const defaultUrl = 'mariadb://app@127.0.0.1:3306/sessions'

/** The addresses that are for this store. */
export const protocols = ['mariadb:']

/** The name of the store, as the account page shows it. */
export const storeName = 'MariaDB'

/** Keeps sessions in a table of MariaDB; throws, without the password, when the address cannot be read. */
export const openBackend: OpenBackend = async (url, options) => {
  const { timeoutMs } = options
  const sequelize = new Sequelize(readAddress(url).href, {
    dialect: 'mariadb',
    logging: false,
    pool: { max: 10, acquire: timeoutMs },
    dialectOptions: {
      connectTimeout: timeoutMs,
      // A pool of silent connections empties itself by this.
      socketTimeout: 2 * timeoutMs,
      // Otherwise a statement that waits for a lock goes on at the server, and keeps its connection there. By its own queryTimeout mariadb ends the process when the connection is lost meanwhile.
      initSql: `SET max_statement_time = ${Math.floor(0.9 * timeoutMs) / 1000}`,
      // Without it Sequelize gets the number of rows that changed, not of those that matched.
      foundRows: true,
      // Otherwise mariadb puts the content of a session into its error messages.
      logParam: false,
    },
  })
  return openSql(sequelize, options)
}
