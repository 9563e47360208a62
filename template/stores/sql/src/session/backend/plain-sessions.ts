import { DataTypes, type Model, Op } from 'sequelize'
import type { PlainReader } from './contract.ts'
import { openDatabase } from './database.ts'
import { protocols } from './index.ts'
import { readAddress } from './sql-address.ts'

interface PlainRow {
  sid: string
  expires: Date | null
  data: string
}

const readAtOnce = 500

/** Reads the sessions of connect-session-sequelize from a database of the same kind. */
export const plainSessions: PlainReader = {
  protocols,

  async *read(from, { name = 'Sessions', timeoutMs }) {
    const { href } = readAddress(from, '--from')
    const sequelize = openDatabase(href, { timeoutMs, connections: 1 })
    try {
      const table = sequelize.define<Model<PlainRow>>(
        'PlainSession',
        {
          sid: { type: DataTypes.STRING, primaryKey: true },
          expires: DataTypes.DATE,
          data: DataTypes.TEXT,
        },
        { tableName: name, timestamps: false },
      )
      let after = ''
      for (;;) {
        const where = { sid: { [Op.gt]: after } }
        const found = await table.findAll({ where, order: ['sid'], limit: readAtOnce, raw: true })
        const rows = found as unknown as PlainRow[]
        for (const { sid, expires, data } of rows) {
          yield { sid, expires: expires?.getTime() ?? null, data: data ?? '' }
        }
        if (rows.length < readAtOnce) return
        after = rows.at(-1)?.sid ?? ''
      }
    } finally {
      await sequelize.close()
    }
  },
}
