/** Input that is invalid as it stands; the message is one line for the person who made it. */
export class Refusal extends Error {}

/** A value as it may stand in a message: quoted, with nothing that a terminal obeys, and not endless. */
export function quote(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value)
}
