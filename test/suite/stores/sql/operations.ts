/** What one operation looks like in the bytes that go to the server, with its name as the first group. */
export const operation: RegExp | undefined =
  /\b(SELECT|INSERT|UPDATE|DELETE)\b.*? (?:FROM|INTO|SET|WHERE)\b/g

/** How many operations a request takes that changes its session, reading included. */
export const changeTakes: number = 2
