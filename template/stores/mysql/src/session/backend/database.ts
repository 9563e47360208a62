import type { Socket } from 'node:net'
import { promisify } from 'node:util'
import { Sequelize } from 'sequelize'
import { type DatabaseOptions, readAddress } from './sql-address.ts'

// Its types leave this option out.
const withoutTimezone: object = { keepDefaultTimezone: true }

/** A connection of mysql2, as far as it is used here. */
interface Connection {
  stream: Socket
  query(statement: string, done: (error: Error | null) => void): void
}

// Sequelize escapes by backslashes, and an empty text is none to some modes that a server may have.
const sqlMode = "'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'"

/** Opens a database with at most `connections`, none of which waits for longer than `timeoutMs`; throws, without the password, when the address cannot be read. */
export function openDatabase(
  url: string,
  { timeoutMs, connections = 10 }: DatabaseOptions,
): Sequelize {
  const address = readAddress(url)
  const tls = address.searchParams.get('ssl') === 'true'
  // Sequelize would pass on the string, which mysql2 takes for the name of a profile.
  if (tls) address.searchParams.delete('ssl')
  const sequelize = new Sequelize(address.href, {
    dialect: 'mysql',
    logging: false,
    // Sequelize would set one at the server, without a limit in time; no column has one.
    ...withoutTimezone,
    pool: { max: connections, acquire: timeoutMs },
    dialectOptions: {
      connectTimeout: timeoutMs,
      // Without it Sequelize gets the number of rows that changed, not of those that matched.
      flags: ['FOUND_ROWS'],
      // By itself mysql2 accepts the certificate of any host.
      ...(tls && { ssl: { verifyIdentity: true } }),
    },
  })
  // Without a limit mysql2 waits for ever for a reply, and the pool for its connections.
  sequelize.addHook('afterConnect', async (connection) => {
    const { stream, query } = connection as Connection
    stream.setTimeout(2 * timeoutMs, () => stream.destroy())
    // Otherwise a statement that waits for a lock goes on at the server, and keeps its connection there.
    const seconds = Math.ceil(timeoutMs / 1000)
    const limits = `lock_wait_timeout = ${seconds}, innodb_lock_wait_timeout = ${seconds}`
    await promisify(query).call(connection, `SET SESSION ${limits}, sql_mode = ${sqlMode}`)
  })
  return sequelize
}
