import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'

// The interface of the package `sqlite3`, as far as Sequelize uses it, over the SQLite built into Node.
export const OPEN_READONLY = 1
export const OPEN_READWRITE = 2
export const OPEN_CREATE = 4

type Values = Record<string, SQLInputValue>
type Done = (this: unknown, error: Error | null, rows?: unknown[]) => void
type Rest = (Values | [] | Done | undefined)[]

/** How long a call waits for the lock of another process, in ms. */
const busyTimeoutMs = 2000

const isBusy = (error: unknown) => ((error as { errcode?: number }).errcode ?? 0) % 256 === 5

/** Names an error as `sqlite3` does, so that Sequelize can tell a duplicate from a busy file. */
function nameError(error: unknown): Error {
  const { errcode = 0 } = error as { errcode?: number }
  const code = { 5: 'SQLITE_BUSY', 19: 'SQLITE_CONSTRAINT' }[errcode & 0xff]
  return Object.assign(error as Error, code && { code })
}

/** A database file. Its calls are synchronous underneath, and short; `done` is called with `this` as `sqlite3` does. */
export class Database {
  readonly #database: DatabaseSync | undefined

  constructor(file: string, _mode: number, done: (error: Error | null) => void) {
    try {
      this.#database = new DatabaseSync(file, { timeout: busyTimeoutMs })
      this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 0')
      process.nextTick(done, null)
    } catch (error) {
      process.nextTick(done, nameError(error))
    }
  }

  run(sql: string, ...rest: Rest): void {
    this.#execute(sql, rest, (statement, values) => {
      const { lastInsertRowid, changes } = statement.run(values)
      return { meta: { lastID: Number(lastInsertRowid), changes: Number(changes) } }
    })
  }

  all(sql: string, ...rest: Rest): void {
    this.#execute(sql, rest, (statement, values) => ({ meta: {}, rows: statement.all(values) }))
  }

  exec(sql: string, ...rest: Rest): void {
    this.run(sql, ...rest)
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
    rest: Rest,
    call: (statement: StatementSync, values: Values) => { meta: object; rows?: unknown[] },
  ) {
    const done: Done = rest.find((each) => typeof each === 'function') ?? (() => {})
    const values = rest.find((each) => typeof each === 'object' && !Array.isArray(each)) as Values
    const deadline = Date.now() + busyTimeoutMs
    const attempt = () => {
      let result: ReturnType<typeof call>
      try {
        if (!this.#database) throw new Error('The database file could not be opened')
        result = call(this.#database.prepare(sql), values ?? {})
      } catch (error) {
        // SQLite's own wait for another process's lock would block the whole process.
        if (isBusy(error) && Date.now() < deadline) setTimeout(attempt, 5)
        else done.call({}, nameError(error))
        return
      }
      done.call(result.meta, null, result.rows)
    }
    attempt()
  }
}
