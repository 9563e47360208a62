import { DatabaseSync, type SQLInputValue } from 'node:sqlite'

// The face of the package `sqlite3`, as far as Sequelize looks at it, over the SQLite that Node brings.
export const OPEN_READONLY = 1
export const OPEN_READWRITE = 2
export const OPEN_CREATE = 4

type Values = SQLInputValue[] | Record<string, SQLInputValue>
type Done = (this: unknown, error: Error | null, rows?: unknown[]) => void

/** Names an error as `sqlite3` does, by which Sequelize tells a duplicate from a busy file. */
function nameError(error: unknown): Error {
  const { errcode = 0 } = error as { errcode?: number }
  const code = { 5: 'SQLITE_BUSY', 19: 'SQLITE_CONSTRAINT' }[errcode & 0xff]
  return Object.assign(error as Error, code && { code })
}

/** A database file; its calls are synchronous underneath, and short. */
export class Database {
  readonly #database: DatabaseSync | undefined

  constructor(file: string, _mode: number, done: (error: Error | null) => void) {
    try {
      this.#database = new DatabaseSync(file, { timeout: 2000 })
      this.#database.exec('PRAGMA journal_mode = WAL')
      process.nextTick(done, null)
    } catch (error) {
      process.nextTick(done, nameError(error))
    }
  }

  run(sql: string, values: Values = [], done: Done = () => {}): void {
    this.#execute(sql, values, done, (statement, bound) => {
      const { lastInsertRowid, changes } = statement.run(...bound)
      return { meta: { lastID: Number(lastInsertRowid), changes: Number(changes) } }
    })
  }

  all(sql: string, values: Values, done: Done): void {
    this.#execute(sql, values, done, (statement, bound) => ({
      meta: {},
      rows: statement.all(...bound),
    }))
  }

  exec(sql: string, done: (error: Error | null) => void): void {
    try {
      this.#database?.exec(sql)
      done(null)
    } catch (error) {
      done(nameError(error))
    }
  }

  serialize(work: () => void): void {
    work()
  }

  close(done: (error: Error | null) => void = () => {}): void {
    if (this.#database?.isOpen) this.#database.close()
    done(null)
  }

  #execute(
    sql: string,
    values: Values,
    done: Done,
    call: (
      statement: ReturnType<DatabaseSync['prepare']>,
      bound: SQLInputValue[],
    ) => { meta: object; rows?: unknown[] },
  ) {
    let answer: { meta: object; rows?: unknown[] }
    try {
      const statement = (this.#database as DatabaseSync).prepare(sql)
      answer = call(
        statement,
        Array.isArray(values) ? values : [values as unknown as SQLInputValue],
      )
    } catch (error) {
      done.call({}, nameError(error))
      return
    }
    done.call(answer.meta, null, answer.rows)
  }
}
