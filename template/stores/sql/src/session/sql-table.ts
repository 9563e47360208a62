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
    ? { name: DataTypes.STRING(64, true), text: DataTypes.TEXT('long') }
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
      indexes: [{ fields: ['expires'] }, { fields: ['owner'] }],
    },
  )
}

/** Makes the table and its indexes; again, where another process is making them at the same time. */
export async function createTable(
  table: ReturnType<typeof defineTable>,
  attempts = 10,
): Promise<void> {
  try {
    await table.sync()
  } catch (error) {
    if (attempts === 1) throw error
    await pause(50 + Math.random() * 100)
    await createTable(table, attempts - 1)
  }
}
