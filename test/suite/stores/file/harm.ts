import type { TestContext } from 'node:test'

/** Its disk is harmed in another test. */
export const refuseWrites: ((url: string, test: TestContext) => Promise<string>) | string =
  'files have no server; their disk is in a row of its own'

/** What is gone may be on a disk that is not mounted. */
export const takeAway: ((url: string, prefix: string) => Promise<void>) | string =
  'a folder that is gone is an outage, until it is there again'

/** It has none. */
export const endConnections: ((url: string) => Promise<void>) | string = 'files have no connections'

/** The files at a folder. */
export const addressOn: ((folder: string) => string) | string = (folder) => `file:${folder}`
