/** What one command looks like in the bytes that go to Redis, but for the heartbeat; the first group is its name. */
export const operation: RegExp | undefined =
  /\*\d+\r\n\$\d+\r\n([A-Z]+)\r\n(?!\$\d+\r\n\S*ping\r\n)/gi

/** How many commands a request takes that changes its session, reading included. */
export const changeTakes: number = 2
