/** Makes the server at an address refuse all writes, and still answer reads; undefined where a test cannot. */
export const refuseWrites: ((url: string) => Promise<void>) | undefined = undefined

/** Takes away what the backend made at an address for its sessions, such as a table, with all in it; undefined where there is nothing to take. */
export const takeAway: ((url: string, prefix: string) => Promise<void>) | undefined = undefined
