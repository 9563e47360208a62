/** How many sessions the commands are tried on; ten times as many take each store half a minute, which only a full run has. */
export const many: number = process.env.FULL ? 10_000 : 1000
