/** Makes a function that runs the works of one key one after the other. */
export function createTurns() {
  const last = new Map<string, Promise<unknown>>()

  return function inTurn<Answer>(key: string, work: () => Promise<Answer>): Promise<Answer> {
    const mine = (last.get(key) ?? Promise.resolve()).then(work)
    const settled: Promise<unknown> = mine
      .catch(() => {})
      .finally(() => {
        if (last.get(key) === settled) last.delete(key)
      })
    last.set(key, settled)
    return mine
  }
}
