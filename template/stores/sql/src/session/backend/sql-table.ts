import { setTimeout as pause } from 'node:timers/promises'
import { DataTypes, type Model, type ModelStatic, type Sequelize } from 'sequelize'
import type { StoredRecord } from './over-connect-store.ts'

/** A session as a row. */
export interface Row extends StoredRecord {
  sid: string
}

const isMysql = (sequelize: Sequelize) => ['mysql', 'mariadb'].includes(sequelize.getDialect())

/** The name of a table as statements have it. Sequelize would ask SQLite for the columns of a name in backticks, at each call. */
export function quoteTable(sequelize: Sequelize, name: string): string {
  return isMysql(sequelize) ? `\`${name}\`` : `"${name}"`
}

/** An expression that says whether a server takes no writes, as one that was the primary until just now. */
export function writesRefused(sequelize: Sequelize): string {
  // A number, or one of several words by MariaDB 12 and later.
  if (isMysql(sequelize)) return "CAST(@@read_only AS CHAR) NOT IN ('0', 'OFF')"
  const isPostgres = sequelize.getDialect() === 'postgres'
  return isPostgres ? "current_setting('transaction_read_only') = 'on'" : 'FALSE'
}

/** Column types that are case-sensitive and hold any session, which MySQL and MariaDB have to be asked for. */
export function exactTypes(sequelize: Sequelize) {
  return isMysql(sequelize)
    ? { name: DataTypes.STRING(255, true), text: DataTypes.TEXT('long') }
    : { name: DataTypes.STRING, text: DataTypes.TEXT }
}

/** Defines the table of sessions for Sequelize; it need not exist yet. */
export function defineTable(sequelize: Sequelize, name: string) {
  const exact = exactTypes(sequelize)
  // The package's own table cuts ids at 36 characters and times at seconds.
  return sequelize.define<Model<Row>>(
    name,
    {
      sid: { type: DataTypes.STRING(64), primaryKey: true },
      owner: { type: exact.name },
      rev: { type: DataTypes.INTEGER, allowNull: false },
      // A bigint would come back as a string, which the package takes for a change; a double holds ms exactly.
      expires: { type: DataTypes.DOUBLE, allowNull: false },
      data: { type: exact.text, allowNull: false },
    },
    {
      tableName: name,
      timestamps: false,
      // An old database of MySQL or MariaDB would default to one without emoji.
      charset: 'utf8mb4',
      indexes: [{ fields: ['expires'] }, { fields: ['owner'] }],
    },
  )
}

/** Makes the table and its indexes where they are missing, even while other processes do the same; where the table exists, the database user needs no right to make one. */
export async function createTable(table: ModelStatic<Model>, attempts = 10): Promise<void> {
  const isThere = await table.findByPk('').then(
    () => true,
    () => false,
  )
  if (isThere) return
  try {
    await table.sync()
  } catch (error) {
    if (attempts === 1) throw error
    await pause(50 + Math.random() * 100)
    await createTable(table, attempts - 1)
  }
}
