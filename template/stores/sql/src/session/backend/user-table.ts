import { DataTypes, type Model, Op, QueryTypes, UniqueConstraintError } from 'sequelize'
import { nameFromPrefix, type OpenUserTable, type UserRow } from './contract.ts'
import { openDatabase } from './database.ts'
import { storeName } from './index.ts'
import { connectionDropper } from './sql.ts'
import { isReadOnly } from './sql-error.ts'
import { createTable, exactTypes, quoteTable, writesRefused } from './sql-table.ts'

// Beside those of the sessions.
const connections = 5
const readAtOnce = 500
// A request waits for the table to be made.
const attempts = 3

/** A user, or nulls, and whether the server takes no writes. */
interface FoundRow extends UserRow {
  refuses: boolean | number
}

/** Keeps users in a table of the database of the sessions. */
export const openUserTable: OpenUserTable | null = (url, { prefix, timeoutMs }) => {
  const sequelize = openDatabase(url, { timeoutMs, connections })
  const name = `${nameFromPrefix(prefix)}_users`
  const exact = exactTypes(sequelize)
  const table = sequelize.define<Model<UserRow>>(
    name,
    {
      id: { type: exact.name, primaryKey: true },
      name: { type: exact.name, allowNull: false },
      rev: { type: DataTypes.INTEGER, allowNull: false },
      data: { type: exact.text, allowNull: false },
    },
    { tableName: name, timestamps: false, charset: 'utf8mb4' },
  )
  // Each request of a user makes it, and Sequelize would take longer to make the statement than to run it.
  const select = `SELECT id, name, rev, data, refuses FROM (SELECT ${writesRefused(sequelize)} AS refuses) AS server LEFT JOIN ${quoteTable(sequelize, name)} ON id = $id`
  const dropConnections = connectionDropper(sequelize)

  async function read(id: string): Promise<FoundRow | undefined> {
    const type = QueryTypes.SELECT
    const [row] = await sequelize.query<FoundRow>(select, { type, bind: { id } })
    return row
  }

  /** The same call, except that a server that takes no writes loses its connections by it. */
  const guard = async <Result>(call: Promise<Result>): Promise<Result> => {
    try {
      return await call
    } catch (error) {
      if (isReadOnly(error)) await dropConnections()
      throw error
    }
  }

  return {
    place: `the table "${name}" of ${storeName}`,
    prepare: () => guard(createTable(table, attempts)),

    // A server that was the primary may have users as they were, and reading alone would not show that it takes no writes.
    async find(id) {
      const found = await read(id)
      const row = found?.refuses && (await dropConnections()) ? await read(id) : found
      // MySQL and MariaDB ignore spaces at the end when they compare.
      if (row?.id !== id) return null
      const { refuses: _, ...user } = row
      return user
    },

    async *scan() {
      let after = ''
      for (;;) {
        const where = { id: { [Op.gt]: after } }
        const found = await table.findAll({ where, order: ['id'], limit: readAtOnce, raw: true })
        const rows = found as unknown as UserRow[]
        yield* rows
        if (rows.length < readAtOnce) return
        after = rows.at(-1)?.id ?? ''
      }
    },

    async insert(users) {
      try {
        await guard(table.bulkCreate(users))
        return true
      } catch (error) {
        if (error instanceof UniqueConstraintError) return false
        throw error
      }
    },

    async replace(user, rev) {
      const [count] = await guard(table.update(user, { where: { id: user.id, rev } }))
      return count === 1
    },

    remove: async (id, rev) => (await guard(table.destroy({ where: { id, rev } }))) === 1,
    close: () => sequelize.close(),
  }
}
