/** Reads variables of an environment and collects everything that is wrong with them. */
export function createReader(env: NodeJS.ProcessEnv) {
  const problems: string[] = []

  const text = (name: string, fallback = '') => env[name]?.trim() || fallback

  function oneOf<const Word extends string>(
    name: string,
    words: readonly Word[],
    fallback: Word,
  ): Word {
    const value = text(name, fallback)
    const word = words.find((each) => each === value)
    if (word !== undefined) return word
    problems.push(`${name} is "${value}"; set one of: ${words.join(', ')}`)
    return fallback
  }

  return {
    problems,
    text,

    /** One of a few words. */
    oneOf,

    /** `true` or `false`, which is usual. */
    flag: (name: string) => oneOf(name, ['true', 'false'], 'false') === 'true',

    /** A whole number within a range. */
    integer(name: string, fallback: number, min: number, max: number): number {
      const value = text(name, String(fallback))
      const number = /^\d+$/.test(value) ? Number(value) : Number.NaN
      if (number >= min && number <= max) return number
      problems.push(`${name} is "${value}"; set a whole number from ${min} to ${max}`)
      return fallback
    },
  }
}

export type Reader = ReturnType<typeof createReader>
