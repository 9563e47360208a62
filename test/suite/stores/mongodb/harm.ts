import type { TestContext } from 'node:test'

/** Only a member of a replica set can step down. */
export const refuseWrites: ((url: string, test: TestContext) => Promise<string>) | string =
  'the server of the tests is no replica set, whose primary could step down'

/** It needs nothing. */
export const takeAway: ((url: string, prefix: string) => Promise<void>) | string =
  'a collection is there as soon as something is written to it'

/** Only those to other members. */
export const endConnections: ((url: string) => Promise<void>) | string =
  'no command of MongoDB ends the connections of clients'

/** Its own affair. */
export const addressOn: ((folder: string) => string) | string = 'its server has the disk'
