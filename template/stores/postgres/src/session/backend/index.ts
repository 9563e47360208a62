import type { OpenBackend } from './contract.ts'
import { openDatabase } from './database.ts'
import { openSql } from './sql.ts'

/** Where the backend is when SESSION_STORE_URL does not say. */
export const defaultUrl = 'postgres://app@127.0.0.1:5432/sessions'

/** The addresses that are for this store. */
export const protocols = ['postgres:', 'postgresql:']

/** The name of the store, as the account page shows it. */
export const storeName = 'PostgreSQL'

/** Keeps sessions in a table of PostgreSQL; throws, without the password, when the address cannot be read. */
export const openBackend: OpenBackend = async (url, options) =>
  openSql(openDatabase(url, options), options)
