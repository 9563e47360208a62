/** The error of a driver, which Sequelize keeps in its own. */
interface DriverError {
  /** SQLSTATE, by PostgreSQL's driver; a name, by those of MySQL and MariaDB. */
  code?: string
  /** SQLSTATE, by the drivers of MySQL and MariaDB. */
  sqlState?: string
  /** The number of an error of MySQL and MariaDB. */
  errno?: number
  /** The number of an error of SQLite. */
  errcode?: number
}

const ofDriver = (error: unknown) => (error as { original?: DriverError }).original ?? {}

/** Whether the server is there and takes no writes: a standby, or one that was made read-only. */
export function isReadOnly(error: unknown): boolean {
  const { code, errno = 0 } = ofDriver(error)
  return code === '25006' || [1290, 1836].includes(errno)
}

/** Whether there is no such table. */
export function isMissingTable(error: unknown): boolean {
  const { code, errno } = ofDriver(error)
  return code === '42P01' || errno === 1146 || /no such table/.test((error as Error).message)
}

// Of SQLSTATE, the classes of wrong data, broken constraints, wrong state, rights, full disk or memory, and limits.
const refusedStates = /^(22|23|25|42|531|532|54)/
// Of MySQL and MariaDB: a full disk or table. Of SQLite: no rights, a file that is read-only, full, too large.
const refusedNumbers = [1021, 1114]
const refusedCodes = [3, 8, 13, 18]

/** Whether the database is there, and refused what it was asked. */
export function isRefusal(error: unknown): boolean {
  const { code, sqlState = code ?? '', errno = 0, errcode = 0 } = ofDriver(error)
  const isListed = refusedNumbers.includes(errno) || refusedCodes.includes(errcode & 0xff)
  return isListed || isReadOnly(error) || refusedStates.test(sqlState)
}
