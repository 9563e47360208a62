import { DatabaseSync } from 'node:sqlite'
import { nameFromPrefix } from '../../../src/session/backend/contract.ts'

/** Only the disk can. */
export const refuseWrites: ((url: string) => Promise<void>) | string =
  'a file refuses writes when its disk is full, which no test makes it'

/** Drops the table. */
export const takeAway: ((url: string, prefix: string) => Promise<void>) | string = async (
  url,
  prefix,
) => {
  const database = new DatabaseSync(url.replace('sqlite:', ''))
  database.exec(`DROP TABLE "${nameFromPrefix(prefix)}"`)
  database.close()
}

/** It has none. */
export const endConnections: ((url: string) => Promise<void>) | string = 'a file has no connections'
