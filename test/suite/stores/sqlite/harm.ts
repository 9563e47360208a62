import { DatabaseSync } from 'node:sqlite'
import type { TestContext } from 'node:test'
import { nameFromPrefix } from '../../../src/session/backend/contract.ts'

/** Its disk is harmed in another test. */
export const refuseWrites: ((url: string, test: TestContext) => Promise<string>) | string =
  'a file has no server; its disk is in a row of its own'

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

/** The file at a folder. */
export const addressOn: ((folder: string) => string) | string = (folder) =>
  `sqlite:${folder}/sessions.sqlite`
