/** What one command looks like in the bytes that go to Redis; the first group is its name. */
export const operation: RegExp | undefined = /\*\d+\r\n\$\d+\r\n([A-Z]+)/gi

/** How many commands a request takes that changes its session, reading included. */
export const changeTakes: number = 2
