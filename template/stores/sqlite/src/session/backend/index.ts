import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { Sequelize } from 'sequelize'
import type { OpenBackend } from './contract.ts'
import { makeFile, sqliteModule } from './node-sqlite.ts'
import { openSql } from './sql.ts'

/** Where the backend is when SESSION_STORE_URL does not say. */
export const defaultUrl = 'sqlite:data/sessions.sqlite'

/** The addresses that are for this store. */
export const protocols = ['sqlite:']

/** The name of the store, as the account page shows it. */
export const storeName = 'SQLite'

/** Keeps sessions in one SQLite file that only its owner can read. */
export const openBackend: OpenBackend = async (url, options) => {
  const storage = url.replace(/^sqlite:(\/\/)?/, '')
  if (storage === '' || storage === ':memory:') {
    throw new Error(
      `SESSION_STORE_URL is "${url}"; set a file, such as ${defaultUrl}: each connection would have a database of its own`,
    )
  }
  mkdirSync(dirname(storage), { recursive: true, mode: 0o700 })
  makeFile(storage)
  const sequelize = new Sequelize({
    dialect: 'sqlite',
    dialectModule: sqliteModule(options.timeoutMs),
    storage,
    logging: false,
  })
  const backend = await openSql(sequelize, options)
  return {
    ...backend,
    diagnose: async () => ({ ...(await backend.diagnose?.()), paths: [storage] }),
  }
}
