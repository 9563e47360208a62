/** What one operation looks like in the bytes that go to the server, with its name as the first group. */
export const operation: RegExp | undefined = /^(gets?|cas|set|add|append|delete|touch)\b/gm

/** How many operations a request takes that changes its session, reading included. */
export const changeTakes: number = 2
