import { chmodSync, closeSync, openSync, statSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'

// The interface of the package `sqlite3`, as far as Sequelize uses it, over the SQLite built into Node.
type Values = Record<string, SQLInputValue>
type Done = (this: unknown, error: Error | null, rows?: unknown[]) => void
type Rest = (Values | [] | Done | undefined)[]

const isBusy = (error: unknown) => ((error as { errcode?: number }).errcode ?? 0) % 256 === 5

/** Names an error as `sqlite3` does, so that Sequelize can tell a duplicate from a busy file. */
function nameError(error: unknown): Error {
  const { errcode = 0 } = error as { errcode?: number }
  const code = { 5: 'SQLITE_BUSY', 19: 'SQLITE_CONSTRAINT' }[errcode & 0xff]
  return Object.assign(error as Error, code && { code })
}

/** Makes a file that only its owner can read, where it is missing; throws where it cannot be written. */
export function makeFile(path: string): void {
  closeSync(openSync(path, 'a', 0o600))
  chmodSync(path, 0o600)
}

/** A database file. Its calls are synchronous underneath, and short; `done` is called with `this` as `sqlite3` does. */
class File {
  readonly #path: string
  readonly #waitMs: number
  /** By their text. Those with values in them come again; the others have theirs in the text. */
  readonly #statements = new Map<string, StatementSync>()
  #database: DatabaseSync | undefined
  /** By which the file is known to be the one that was opened. */
  #inode = 0
  #isClosed = false

  constructor(path: string, waitMs: number, done: (error: Error | null) => void) {
    this.#path = path
    this.#waitMs = waitMs
    // It is opened by the first call, which another process may keep waiting.
    process.nextTick(done, null)
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
    this.#isClosed = true
    this.#close()
    done(null)
  }

  #close(): void {
    this.#statements.clear()
    this.#database?.close()
    this.#database = undefined
  }

  /** The file at the path; one that was deleted, and would take everything with it at the end of the process, is made again. */
  #open(): DatabaseSync {
    const inode = statSync(this.#path, { throwIfNoEntry: false })?.ino
    if (this.#database && inode === this.#inode) return this.#database
    if (this.#isClosed) throw new Error('The database is closed')
    this.#close()
    makeFile(this.#path)
    // SQLite's own wait for the lock of another process would block the whole process.
    const database = new DatabaseSync(this.#path, { timeout: 0 })
    try {
      database.exec('PRAGMA journal_mode = WAL')
    } catch (error) {
      database.close()
      throw error
    }
    this.#inode = statSync(this.#path).ino
    this.#database = database
    return database
  }

  #prepare(sql: string, values: Values | undefined): StatementSync {
    const database = this.#open()
    const statement = this.#statements.get(sql) ?? database.prepare(sql)
    if (values) this.#statements.set(sql, statement)
    return statement
  }

  #execute(
    sql: string,
    rest: Rest,
    call: (statement: StatementSync, values: Values) => { meta: object; rows?: unknown[] },
  ) {
    const done: Done = rest.find((each) => typeof each === 'function') ?? (() => {})
    const values = rest.find((each) => typeof each === 'object' && !Array.isArray(each)) as
      | Values
      | undefined
    const deadline = Date.now() + this.#waitMs
    const attempt = () => {
      let result: ReturnType<typeof call>
      try {
        result = call(this.#prepare(sql, values), values ?? {})
      } catch (error) {
        if (isBusy(error) && Date.now() < deadline) setTimeout(attempt, 5)
        else done.call({}, nameError(error))
        return
      }
      done.call(result.meta, null, result.rows)
    }
    attempt()
  }
}

/** The module for Sequelize, whose calls wait for the lock of another process for `waitMs`. */
export function sqliteModule(waitMs: number) {
  class Database extends File {
    constructor(path: string, _mode: number, done: (error: Error | null) => void) {
      super(path, waitMs, done)
    }
  }
  return { OPEN_READONLY: 1, OPEN_READWRITE: 2, OPEN_CREATE: 4, Database }
}
