import { setTimeout as pause } from 'node:timers/promises'
import { DataTypes, type Model, type Sequelize } from 'sequelize'
import type { StoredRecord } from './over-connect-store.ts'

/** A session as a row. */
export interface Row extends StoredRecord {
  sid: string
}

/** Columns that tell small letters from capitals and hold any session: MySQL and MariaDB have to be told. */
function exactTypes(sequelize: Sequelize) {
  const isMysql = ['mysql', 'mariadb'].includes(sequelize.getDialect())
  return isMysql
    ? { name: DataTypes.STRING(255, true), text: DataTypes.TEXT('long') }
    : { name: DataTypes.STRING, text: DataTypes.TEXT }
}

/** The table of sessions, as Sequelize knows it; it need not be there yet. */
export function defineTable(sequelize: Sequelize, name: string) {
  const exact = exactTypes(sequelize)
  // The package's own table cuts ids at 36 characters and times at seconds.
  return sequelize.define<Model<Row>>(
    name,
    {
      sid: { type: DataTypes.STRING(64), primaryKey: true },
      owner: { type: exact.name },
      rev: { type: DataTypes.INTEGER, allowNull: false },
      // A bigint would come back as a text, which the package takes for a change; ms are exact here too.
      expires: { type: DataTypes.DOUBLE, allowNull: false },
      data: { type: exact.text, allowNull: false },
    },
    {
      tableName: name,
      timestamps: false,
      // An old database of MySQL or MariaDB would have one without emoji.
      charset: 'utf8mb4',
      indexes: [{ fields: ['expires'] }, { fields: ['owner'] }],
    },
  )
}

/** What connect-session-sequelize has in its own table. */
export interface PlainRow {
  sid: string
  expires: Date
  data: string
}

/** The table of the plain package, as far as it is read. */
export function definePlainTable(sequelize: Sequelize, name: string) {
  return sequelize.define<Model<PlainRow>>(
    `plain ${name}`,
    {
      sid: { type: DataTypes.STRING, primaryKey: true },
      expires: { type: DataTypes.DATE },
      data: { type: DataTypes.TEXT },
    },
    { tableName: name, timestamps: false },
  )
}

/** Makes the table and its indexes where they are not, also while other processes do so; the user of the database needs no more rights than to use a table that is there. */
export async function createTable(
  table: ReturnType<typeof defineTable>,
  attempts = 10,
): Promise<void> {
  const isThere = await table.count({ where: { sid: '' } }).then(
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
