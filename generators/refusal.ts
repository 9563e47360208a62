/** Input that is invalid as it stands; the message is one line for the person who made it, the code what the command exits with. */
export class Refusal extends Error {
  readonly exitCode: number

  constructor(message: string, exitCode = 2) {
    super(message)
    this.exitCode = exitCode
  }
}

/** The exit code of a target that is in the way: a folder with files in it, a file, a link. */
export const inTheWay = 3

/** A value as it may stand in a message: quoted, with nothing that a terminal obeys, and not endless. */
export function quote(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value)
}
