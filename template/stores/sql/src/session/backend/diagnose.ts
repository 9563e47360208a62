import { QueryTypes, type Sequelize } from 'sequelize'
import type { Diagnosis } from './contract.ts'

interface Server {
  version: string
  /** In ms since the epoch; a text by some drivers. */
  clock?: number | string
  /** Whether what was committed is on the disk. */
  durable?: boolean | number | string
}

const ofMysql =
  'SELECT VERSION() AS version, UNIX_TIMESTAMP(NOW(3)) * 1000 AS clock, @@innodb_flush_log_at_trx_commit = 1 AS durable'

const statements: Record<string, string> = {
  postgres:
    "SELECT current_setting('server_version') AS version, extract(epoch FROM clock_timestamp()) * 1000 AS clock, current_setting('fsync') = 'on' AND current_setting('synchronous_commit') <> 'off' AS durable",
  mysql: ofMysql,
  mariadb: ofMysql,
  sqlite: 'SELECT sqlite_version() AS version',
}

const cures: Record<string, string> = {
  postgres: 'Set fsync and synchronous_commit to on',
  mysql: 'Set innodb_flush_log_at_trx_commit to 1',
  mariadb: 'Set innodb_flush_log_at_trx_commit to 1',
}

/** Asks a database for its version, its clock, and whether it keeps what it has committed. */
export async function diagnose(sequelize: Sequelize): Promise<Diagnosis> {
  const dialect = sequelize.getDialect()
  const type = QueryTypes.SELECT
  const rows = await sequelize.query<Server>(statements[dialect] ?? '', { type }).catch(() => [])
  const { version, clock, durable } = rows[0] ?? {}
  const diagnosis = { version, clock: clock === undefined ? undefined : Number(clock) }
  if (durable === undefined) return diagnosis
  const found = `a commit ${Number(durable) ? 'waits' : 'does not wait'} for the disk`
  const cure = `${cures[dialect]} at the server: a crash loses the last changes, and brings back sessions that were logged out just then`
  const finding = { check: 'durability', found, ...(!Number(durable) && { cure }) }
  return { ...diagnosis, findings: [{ ...finding, productionOnly: true }] }
}
