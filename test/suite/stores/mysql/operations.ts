/** What one operation looks like in the bytes that go to the server, with its name as the first group: a statement as text, or one that the connection has prepared (command 0x17, no cursor, once). */
export const operation: RegExp | undefined =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: commands of the protocol are such bytes
  /\0\x03(SELECT|INSERT|UPDATE|DELETE)\b|\0\x17.{4}\0\x01\0{3}/gs

/** How many operations a request takes that changes its session, reading included. */
export const changeTakes: number = 2
