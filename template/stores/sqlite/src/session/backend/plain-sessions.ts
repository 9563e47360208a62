import { DatabaseSync } from 'node:sqlite'
import type { PlainReader } from './contract.ts'

const readAtOnce = 500

/** Reads the sessions of connect-session-sequelize from a SQLite file, which is opened for reading only. */
export const plainSessions: PlainReader = {
  protocols: ['sqlite:'],

  async *read(from, { name = 'Sessions', timeoutMs }) {
    const path = from.replace(/^sqlite:(\/\/)?/, '')
    const database = new DatabaseSync(path, { readOnly: true, timeout: timeoutMs })
    try {
      const table = `"${name.replaceAll('"', '""')}"`
      const select = database.prepare(
        `SELECT sid, expires, data FROM ${table} WHERE sid > ? ORDER BY sid LIMIT ${readAtOnce}`,
      )
      let after = ''
      for (;;) {
        const rows = select.all(after)
        for (const { sid, expires, data } of rows) {
          // Sequelize keeps dates as text.
          const end = Date.parse(String(expires))
          yield { sid: String(sid), expires: Number.isNaN(end) ? null : end, data: String(data) }
        }
        if (rows.length < readAtOnce) return
        after = String(rows.at(-1)?.sid)
      }
    } finally {
      database.close()
    }
  },
}
