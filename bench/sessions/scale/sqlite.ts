import { statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Sequelize } from 'sequelize'
import { idOf, type OpenFilled, ownerOf, plainCount, storedOf } from './sessions.ts'
import { copiedColumns, fillPlainTable, table } from './table.ts'

/** SQLite, filled with copies of one row. */
export const openFilled: OpenFilled = (url, backend, app) => {
  const path = url.replace('sqlite:', '')
  const db = new DatabaseSync(path)
  const inOneTransaction = (work: () => void) => {
    db.exec('BEGIN IMMEDIATE')
    work()
    db.exec('COMMIT')
  }
  return {
    async fill(from, to) {
      const seed = storedOf(from)
      await backend.insert(seed)
      const row = db.prepare(`SELECT * FROM ${table} WHERE sid = ?`).get(seed.id)
      const columns = copiedColumns(row)
      const copy = db.prepare(
        `INSERT INTO ${table} (sid, owner, ${columns}) SELECT ?, ?, ${columns} FROM ${table} WHERE sid = ?`,
      )
      inOneTransaction(() => {
        for (let number = from + 1; number < to; number++) {
          copy.run(idOf(number), ownerOf(number), seed.id)
        }
      })
    },
    async expireAllBut(first, all) {
      const end = db.prepare(`UPDATE ${table} SET expires = 1 WHERE sid = ?`)
      inOneTransaction(() => {
        for (let number = first; number < all; number++) end.run(idOf(number))
      })
    },
    async bytes() {
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      return statSync(path).size
    },
    async plainBytes() {
      const { sqliteModule } = await import(join(app, 'src/session/backend/node-sqlite.ts'))
      const dialectModule = sqliteModule(20_000)
      const storage = `${path}-plain`
      const plain = new Sequelize({ dialect: 'sqlite', dialectModule, storage, logging: false })
      await fillPlainTable(plain)
      await plain.close()
      return statSync(storage).size / plainCount
    },
    close: () => db.close(),
  }
}
