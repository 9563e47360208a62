import { Sequelize } from 'sequelize'
import { type DatabaseOptions, readAddress } from './sql-address.ts'

/** Opens a database with at most `connections`, none of which waits for longer than `timeoutMs`; throws, without the password, when the address cannot be read. */
export function openDatabase(
  url: string,
  { timeoutMs, connections = 10 }: DatabaseOptions,
): Sequelize {
  const sequelize = new Sequelize(readAddress(url).href, {
    dialect: 'postgres',
    logging: false,
    pool: { max: connections, acquire: timeoutMs },
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
  return sequelize
}
