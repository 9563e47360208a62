import { DatabaseSync } from 'node:sqlite'
import { nameFromPrefix } from '../../../src/session/backend/contract.ts'

/** It takes a disk that is full, or a user without rights. */
export const refuseWrites: ((url: string) => Promise<void>) | undefined = undefined

/** Drops the table. */
export const takeAway: ((url: string, prefix: string) => Promise<void>) | undefined = async (
  url,
  prefix,
) => {
  const database = new DatabaseSync(url.replace('sqlite:', ''))
  database.exec(`DROP TABLE "${nameFromPrefix(prefix)}"`)
  database.close()
}
