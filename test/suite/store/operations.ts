/** What one operation looks like in the bytes that go to the server, with its name as the first group; undefined where there is no server to watch. */
export const operation: RegExp | undefined = undefined

/** How many operations a request takes that changes its session, reading included. */
export const changeTakes: number = 2
