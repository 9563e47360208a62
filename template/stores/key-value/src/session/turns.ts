/** Resolves as `promise` does; throws after `ms`, and calls `giveUp` then. */
async function within<Answer>(
  ms: number,
  promise: Promise<Answer>,
  giveUp: () => void,
): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      giveUp()
      reject(new Error(`No answer within ${ms} ms`))
    }, ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Makes a function that runs work on a key after all work on it that came before, in this process, and throws after `timeoutMs`, waiting included.
 * The next turn begins only when the one before has ended in truth: a write that comes late would undo what came after it. A store that never answers so keeps the changes of that one session waiting.
 */
export function createTurns(timeoutMs: number) {
  const last = new Map<string, Promise<void>>()

  return function inTurn<Answer>(key: string, work: () => Promise<Answer>): Promise<Answer> {
    let isGivenUp = false
    const before = last.get(key) ?? Promise.resolve()
    const mine = before.then(() => {
      // Whoever asked for it was told that it failed.
      if (isGivenUp) throw new Error('It was given up before its turn came')
      return work()
    })
    const leave = () => {
      if (last.get(key) === over) last.delete(key)
    }
    const over = mine.then(leave, leave)
    last.set(key, over)
    return within(timeoutMs, mine, () => {
      isGivenUp = true
    })
  }
}
