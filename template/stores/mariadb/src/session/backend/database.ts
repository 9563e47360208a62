import { Sequelize } from 'sequelize'
import { type DatabaseOptions, readAddress } from './sql-address.ts'

// Sequelize escapes by backslashes, and an empty text is none to some modes that a server may have.
const sqlMode = "'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'"

/** Opens a database with at most `connections`, none of which waits for longer than `timeoutMs`; throws, without the password, when the address cannot be read. */
export function openDatabase(
  url: string,
  { timeoutMs, connections = 10 }: DatabaseOptions,
): Sequelize {
  return new Sequelize(readAddress(url).href, {
    dialect: 'mariadb',
    logging: false,
    pool: { max: connections, acquire: timeoutMs },
    dialectOptions: {
      connectTimeout: timeoutMs,
      // A pool of silent connections empties itself by this.
      socketTimeout: 2 * timeoutMs,
      // Otherwise a statement that waits for a lock goes on at the server, and keeps its connection there. By its own queryTimeout mariadb ends the process when the connection is lost meanwhile.
      initSql: `SET max_statement_time = ${Math.floor(0.9 * timeoutMs) / 1000}, sql_mode = ${sqlMode}`,
      // Without it Sequelize gets the number of rows that changed, not of those that matched.
      foundRows: true,
      // Otherwise mariadb puts the content of a session into its error messages.
      logParam: false,
    },
  })
}
