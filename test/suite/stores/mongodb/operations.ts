/** What one operation looks like in the bytes that go to the server, with its name as the first group: a message of the wire protocol (code 2013, no flags), whose first field is the command. */
export const operation: RegExp | undefined = /\xdd.\0\0.{4}\0.{5}([A-Za-z]+)\0/gs

/** How many operations a request takes that changes its session, reading included. */
export const changeTakes: number = 2
