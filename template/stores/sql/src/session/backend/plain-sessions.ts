import { DataTypes, type Model, Op, Sequelize } from 'sequelize'
import type { PlainReader } from './contract.ts'
import { protocols } from './index.ts'

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
    const sequelize = open(from, timeoutMs)
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

function open(from: string, timeoutMs: number): Sequelize {
  if (!URL.canParse(from)) throw new Error('--from cannot be read as an address')
  const address = new URL(from)
  // Sequelize would pass on the string, which mysql2 takes for the name of a profile.
  const tls = address.protocol === 'mysql:' && address.searchParams.get('ssl') === 'true'
  if (tls) address.searchParams.delete('ssl')
  return new Sequelize(address.href, {
    logging: false,
    pool: { max: 1, acquire: timeoutMs },
    ...(tls && { dialectOptions: { ssl: { verifyIdentity: true } } }),
  })
}
