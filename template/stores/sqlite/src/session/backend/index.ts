import type { OpenBackend } from './contract.ts'
import { openDatabase, pathOf } from './database.ts'
import { openSql } from './sql.ts'

/** Where the backend is when SESSION_STORE_URL does not say. */
export const defaultUrl = 'sqlite:data/sessions.sqlite'

/** The addresses that are for this store. */
export const protocols = ['sqlite:']

/** The name of the store, as the account page shows it. */
export const storeName = 'SQLite'

/** Keeps sessions in one SQLite file that only its owner can read. */
export const openBackend: OpenBackend = async (url, options) => {
  const backend = await openSql(openDatabase(url, options), options)
  return {
    ...backend,
    diagnose: async () => ({ ...(await backend.diagnose?.()), paths: [pathOf(url)] }),
  }
}
