import { Sequelize } from 'sequelize'
import type { OpenBackend } from './backend.ts'
import { openSql } from './sql.ts'

/** Where the backend is when SESSION_STORE_URL does not say. */
export const defaultUrl = 'mariadb://app@127.0.0.1:3306/sessions'

/** The addresses that are for this store. */
export const protocols = ['mariadb:']

/** Keeps sessions in a table of MariaDB. */
export const openBackend: OpenBackend = (url, options) => {
  const { timeoutMs } = options
  const sequelize = new Sequelize(url, {
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
