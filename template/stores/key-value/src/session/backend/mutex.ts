/** Resolves as `promise` does; after `ms` it calls `giveUp` and throws. */
async function within<Result>(
  ms: number,
  promise: Promise<Result>,
  giveUp: () => void,
): Promise<Result> {
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
 * Makes a mutex for each key, within this process: `runExclusive` runs work on a key after all work on it that came before, and throws after `timeoutMs`, waiting included.
 * The next work begins only when the one before has really ended: a write that comes late would undo what came after it. So a store that never answers keeps the changes of that one session waiting.
 */
export function createMutex(timeoutMs: number) {
  const last = new Map<string, Promise<void>>()

  return function runExclusive<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
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
