import { Sequelize } from 'sequelize'
import { idOf, type OpenFilled, perUser, plainCount, storedOf } from './sessions.ts'
import { copiedColumns, fillPlainTable, table } from './table.ts'

/** PostgreSQL, filled with copies of one row, since a million inserts would take a quarter of an hour. */
export const openFilled: OpenFilled = (url, backend) => {
  const db = new Sequelize(url, { logging: false })
  const first = async (question: string) => Object((await db.query(question))[0][0])
  const sizeOf = async (name: string) =>
    Number((await first(`SELECT pg_total_relation_size('${name}') AS size`)).size)
  return {
    async fill(from, to) {
      const seed = storedOf(from)
      await backend.insert(seed)
      const columns = copiedColumns(await first(`SELECT * FROM ${table} WHERE sid = '${seed.id}'`))
      await db.query(
        `INSERT INTO ${table} (sid, owner, ${columns})
         SELECT encode(sha256(convert_to('scale-' || n, 'UTF8')), 'hex'), 'user-' || n / ${perUser}, ${columns}
         FROM ${table}, generate_series(${from + 1}, ${to - 1}) n WHERE sid = '${seed.id}'`,
      )
      // In parallel it takes more shared memory than a container has.
      await db.query(`VACUUM (ANALYZE, PARALLEL 0) ${table}`)
    },
    async expireAllBut(first) {
      const kept = Array.from({ length: first }, (_, number) => `'${idOf(number)}'`)
      await db.query(`UPDATE ${table} SET expires = 1 WHERE sid NOT IN (${kept})`)
    },
    bytes: () => sizeOf(table),
    async plainBytes() {
      await fillPlainTable(db)
      return (await sizeOf('plain')) / plainCount
    },
    close: () => db.close(),
  }
}
