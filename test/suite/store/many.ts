/** How many sessions the commands are tried on: as many as a server takes in some seconds. */
export const many: number = 10_000
