async function within<Answer>(ms: number, work: () => Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([work(), late])
  } finally {
    clearTimeout(timer)
  }
}

/** Makes a function that runs work on a key after all work on it that came before, in this process; a turn that takes longer than `timeoutMs` throws, and the next one begins. */
export function createTurns(timeoutMs: number) {
  const last = new Map<string, Promise<void>>()

  return function inTurn<Answer>(key: string, work: () => Promise<Answer>): Promise<Answer> {
    const before = last.get(key) ?? Promise.resolve()
    const mine = before.then(() => within(timeoutMs, work))
    const leave = () => {
      if (last.get(key) === over) last.delete(key)
    }
    const over = mine.then(leave, leave)
    last.set(key, over)
    return mine
  }
}
