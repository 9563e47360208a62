/** What one command looks like in the bytes that go to Redis; the first group is its name. */
export const operation: RegExp | undefined = /\*\d+\r\n\$\d+\r\n([A-Z]+)/gi

/** Keyv cannot write on a condition: the session is read once more before it is written. */
export const changeTakes: number = 3
