import { Sequelize } from 'sequelize'
import type { OpenBackend } from './backend.ts'
import { openSql } from './sql.ts'
import { readAddress } from './sql-address.ts'

/** Where the backend is when SESSION_STORE_URL does not say. */
export const defaultUrl = 'mariadb://app@127.0.0.1:3306/sessions'

/** The addresses that are for this store. */
export const protocols = ['mariadb:']

/** Keeps sessions in a table of MariaDB; throws, without the password, when the address cannot be read. */
export const openBackend: OpenBackend = async (url, options) => {
  const { timeoutMs } = options
  const sequelize = new Sequelize(readAddress(url).href, {
    dialect: 'mariadb',
    logging: false,
    pool: { max: 10, acquire: timeoutMs },
    dialectOptions: {
      connectTimeout: timeoutMs,
      socketTimeout: 10 * timeoutMs,
      // Sequelize would have rows counted that change, not those that match.
      foundRows: true,
      // mariadb would put what a session holds into the messages of its errors.
      logParam: false,
    },
  })
  return openSql(sequelize, options)
}
