import type { TestContext } from 'node:test'

/** One that does so is started with `-M`. */
export const refuseWrites: ((url: string, test: TestContext) => Promise<string>) | string =
  'a full Memcached evicts what is old; what it refuses, as too large, is tested by itself'

/** Only keys are there. */
export const takeAway: ((url: string, prefix: string) => Promise<void>) | string =
  'nothing has to be there before the first session'

/** It has no command for that. */
export const endConnections: ((url: string) => Promise<void>) | string =
  'no command of Memcached ends connections'

/** Its own affair. */
export const addressOn: ((folder: string) => string) | string = 'its server has the disk'
