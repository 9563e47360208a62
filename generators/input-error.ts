import leven from 'leven'

/** Input that is invalid as it stands; the message is one line for the person who gave it, the code what the command exits with. */
export class InputError extends Error {
  readonly exitCode: number

  constructor(message: string, exitCode = 2) {
    super(message)
    this.exitCode = exitCode
  }
}

/** The exit code of a target that is in the way: a folder with files in it, a file, a link. */
export const inTheWay = 3

/** The exit code when an answer is missing, and there is nobody to ask. */
export const inputNeeded = 4

/** Says that a directory has no name. */
export const unnamed = () => new InputError('the directory has no name: say one, or . for here')

/** A value as it may stand in a message: quoted, with nothing that a terminal obeys, and not endless. */
export function quote(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value)
}

/** The known word that a mistyped one most likely means, if any is near. */
export function nearestWord(word: string, known: string[]): string | undefined {
  const byDistance = known
    .map((candidate) => ({ candidate, distance: leven(word.toLowerCase(), candidate) }))
    .sort((a, b) => a.distance - b.distance)
  const [best] = byDistance
  return best && best.distance <= Math.max(2, word.length / 3) ? best.candidate : undefined
}

/** What a function returns; undefined where it throws. */
export function attempt<Value>(get: () => Value): Value | undefined {
  try {
    return get()
  } catch {
    return undefined
  }
}

/** What a check finds wrong with a value, as the message of its error; undefined where the value is valid. */
export function problemWith(check: () => unknown): string | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}
