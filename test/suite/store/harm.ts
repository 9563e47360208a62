import type { TestContext } from 'node:test'

/** Makes the server at an address refuse all writes, and still answer reads, and says at which address that is; or why a test cannot. */
export const refuseWrites: ((url: string, test: TestContext) => Promise<string>) | string =
  'no test of this store can make it refuse writes'

/** Takes away what the backend made at an address for its sessions, such as a table, with all in it; or why a test cannot. */
export const takeAway: ((url: string, prefix: string) => Promise<void>) | string =
  'nothing is made before the first session that a test could take away'

/** Ends all connections to the server at an address, from its side; or why a test cannot. */
export const endConnections: ((url: string) => Promise<void>) | string =
  'no command of its server ends connections'

/** The address of sessions on a disk at a folder; or why a test has none to harm. */
export const addressOn: ((folder: string) => string) | string = 'its server has the disk'
