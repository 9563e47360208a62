import type { Socket } from 'node:net'
import { Sequelize } from 'sequelize'
import type { OpenBackend } from './backend.ts'
import { openSql } from './sql.ts'
import { readAddress } from './sql-address.ts'

/** Where the backend is when SESSION_STORE_URL does not say. */
export const defaultUrl = 'mysql://app@127.0.0.1:3306/sessions'

/** The addresses that are for this store. */
export const protocols = ['mysql:']

/** Keeps sessions in a table of MySQL; throws, without the password, when the address cannot be read. */
export const openBackend: OpenBackend = async (url, options) => {
  const { timeoutMs } = options
  const address = readAddress(url)
  const tls = address.searchParams.get('ssl') === 'true'
  // Sequelize would hand on the text, which mysql2 takes for the name of a profile.
  if (tls) address.searchParams.delete('ssl')
  const sequelize = new Sequelize(address.href, {
    dialect: 'mysql',
    logging: false,
    pool: { max: 10, acquire: timeoutMs },
    dialectOptions: {
      connectTimeout: timeoutMs,
      // Sequelize would have rows counted that change, not those that match.
      flags: ['FOUND_ROWS'],
      // mysql2 alone would take the certificate of any host.
      ...(tls && { ssl: { verifyIdentity: true } }),
    },
  })
  // mysql2 waits for ever for an answer, and the pool for its connections.
  sequelize.addHook('afterConnect', (connection) => {
    const { stream } = connection as { stream: Socket }
    stream.setTimeout(10 * timeoutMs, () => stream.destroy())
  })
  return openSql(sequelize, options)
}
