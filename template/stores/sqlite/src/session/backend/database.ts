import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { Sequelize } from 'sequelize'
import { makeFile, sqliteModule } from './node-sqlite.ts'
import type { DatabaseOptions } from './sql-address.ts'

/** The path of the file at an address. */
export const pathOf = (url: string) => url.replace(/^sqlite:(\/\/)?/, '')

/** Opens a file that only its owner can read, whose calls wait for other processes for `timeoutMs`; makes it where it is missing, and throws where it cannot be written. */
export function openDatabase(url: string, { timeoutMs }: DatabaseOptions): Sequelize {
  const storage = pathOf(url)
  if (storage === '' || storage === ':memory:') {
    throw new Error(
      `SESSION_STORE_URL is "${url}"; set a file, such as sqlite:data/sessions.sqlite: each connection would have a database of its own`,
    )
  }
  mkdirSync(dirname(storage), { recursive: true, mode: 0o700 })
  makeFile(storage)
  return new Sequelize({
    dialect: 'sqlite',
    dialectModule: sqliteModule(timeoutMs),
    storage,
    logging: false,
  })
}
