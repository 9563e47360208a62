import { setTimeout as pause } from 'node:timers/promises'
import sequelizeStore from 'connect-session-sequelize'
import session from 'express-session'
import { Op, QueryTypes, type Sequelize } from 'sequelize'
import {
  type BackendOptions,
  nameFromPrefix,
  type SessionBackend,
  type Stored,
} from './contract.ts'
import { diagnose } from './diagnose.ts'
import { overConnectStore, toStored } from './over-connect-store.ts'
import { isMissingTable, isReadOnly, isRefusal } from './sql-error.ts'
import { createTable, defineTable, quoteTable, type Row } from './sql-table.ts'

const SequelizeStore = sequelizeStore(session.Store)

/** What Sequelize's types leave out. */
interface Pooled {
  pool: { destroyAllNow(): Promise<void> }
}

// What connect-session-sequelize writes into `data`, and reads from it.
const wrapData = (data: string) => JSON.stringify({ data })

/** Text that the package did not write is passed on as it is, for the reader to report and remove. */
function unwrapData(text: string): string {
  try {
    return String(JSON.parse(text).data)
  } catch {
    return text
  }
}

const sweptAtOnce = 500
const sweepPauseMs = 5
// Never alive, so that it is in no list; each `ping` writes over it.
const pingRow: Row = { sid: 'ping', owner: null, rev: 0, expires: 0, data: '' }
const dropEveryMs = 1000

/** Drops the connections of a server that takes no writes any more and keeps them: new ones may lead to the one in its place. Returns false where it has been tried just now. */
export function connectionDropper(sequelize: Sequelize): () => Promise<boolean> {
  let droppedAt = 0
  return async () => {
    if (Date.now() < droppedAt + dropEveryMs) return false
    droppedAt = Date.now()
    await (sequelize.connectionManager as unknown as Pooled).pool.destroyAllNow()
    return true
  }
}

/** Keeps sessions in a table of any database that Sequelize speaks to; `sweep` removes what has expired. */
export async function openSql(
  sequelize: Sequelize,
  { prefix, timeoutMs, onError }: BackendOptions,
): Promise<SessionBackend> {
  const name = nameFromPrefix(prefix)
  const table = defineTable(sequelize, name)

  let preparing: Promise<void> | undefined
  /** Makes the table once it can be reached. */
  function prepare(): Promise<void> {
    preparing ??= createTable(table).catch((error: unknown) => {
      preparing = undefined
      throw error
    })
    return preparing
  }
  const opened = prepare().catch(onError)
  await Promise.race([opened, pause(timeoutMs, undefined, { ref: false })])

  const store = new SequelizeStore({
    db: sequelize,
    table: name,
    modelKey: name,
    checkExpirationInterval: 0,
    extendDefaultFields: (defaults, { owner, rev, expires }) => ({
      ...defaults,
      owner,
      rev,
      expires,
    }),
  })
  const plain = overConnectStore(store)
  const alive = () => ({ expires: { [Op.gt]: Date.now() } })
  const stored = (row: unknown): Stored => {
    const { sid, expires, data, ...rest } = row as Row
    return toStored(sid, { ...rest, expires: Number(expires), data: unwrapData(data) })
  }

  // What requests are made of is written out: Sequelize takes longer to make a statement than to run it.
  const from = quoteTable(sequelize, name)
  const isAlive = 'sid = $id AND expires > $now'
  const select = `SELECT sid, owner, rev, expires, data FROM ${from} WHERE ${isAlive}`
  const extension = `UPDATE ${from} SET expires = $expires WHERE ${isAlive}`
  const replacement = `UPDATE ${from} SET owner = $owner, rev = $rev, expires = $expires, data = $data WHERE ${isAlive} AND rev = $known`

  /** How many rows a statement has changed. */
  const update = (statement: string, values: Partial<Stored> & { known?: number }) =>
    sequelize.query(statement, {
      type: QueryTypes.BULKUPDATE,
      bind: { ...values, now: Date.now() },
    })

  const dropConnections = connectionDropper(sequelize)

  /** Makes it good that the table is gone, or that a server takes no writes; returns whether a call is worth another try. */
  async function mend(error: unknown): Promise<boolean> {
    if (isReadOnly(error)) return dropConnections()
    if (!isMissingTable(error)) return false
    preparing = undefined
    await prepare()
    return true
  }

  /** The same call, which is made again after what went wrong was mended: it has done nothing then. */
  const guard =
    <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      try {
        return await call(...args)
      } catch (error) {
        if (!(await mend(error))) throw error
        return call(...args)
      }
    }

  const backend: SessionBackend = {
    ...plain,

    // The package's `set` writes a date over the expiry of what is there, such as an expired record of that id.
    async insert(record) {
      await prepare()
      await table.destroy({ where: { sid: record.id, expires: { [Op.lte]: Date.now() } } })
      await plain.insert(record)
    },

    // The package's `get` returns a session that has expired.
    async read(id) {
      const bind = { id, now: Date.now() }
      const type = QueryTypes.SELECT
      const [row] = await sequelize.query<Row>(select, { type, bind })
      return row ? stored(row) : null
    },

    // Its `set` is an upsert: it would bring back a session that was logged out.
    async replace({ data, ...record }, rev) {
      const count = await update(replacement, { ...record, data: wrapData(data), known: rev })
      if (count === 1) return 'done'
      return (await backend.read(record.id)) ? 'changed' : 'gone'
    },

    // Its `touch` brings back a session that has expired.
    touch: async (id, expires) => (await update(extension, { id, expires })) === 1,

    // MySQL and MariaDB ignore spaces at the end when they compare.
    async owned(owner) {
      const rows = await table.findAll({ where: { owner, ...alive() }, raw: true })
      return rows.map(stored).filter((each) => each.owner === owner)
    },

    async *scan() {
      let after = ''
      for (;;) {
        const where = { sid: { [Op.gt]: after }, ...alive() }
        const rows = await table.findAll({ where, order: ['sid'], limit: 500, raw: true })
        if (rows.length === 0) return
        yield* rows.map(stored)
        after = stored(rows.at(-1)).id
      }
    },

    // In portions, so that a request in between waits for one of them, and not for a million rows.
    async sweep() {
      let count = 0
      for (;;) {
        const where = { expires: { [Op.lte]: Date.now() }, sid: { [Op.ne]: pingRow.sid } }
        const removed = await table.destroy({ where, limit: sweptAtOnce })
        count += removed
        if (removed < sweptAtOnce) return count
        await pause(sweepPauseMs)
      }
    },
    prepare,
    async ping() {
      await prepare()
      await table.upsert(pingRow)
    },
    isRefusal,
    diagnose: () => diagnose(sequelize),
    close: () => sequelize.close(),
  }

  return {
    ...backend,
    read: guard(backend.read),
    insert: guard(backend.insert),
    replace: guard(backend.replace),
    touch: guard(backend.touch),
    remove: guard(backend.remove),
    owned: guard(backend.owned),
    sweep: guard(backend.sweep),
    ping: guard(backend.ping),
  }
}
