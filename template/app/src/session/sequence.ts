/** Makes a function that runs the work on an object after all work on it that came before. */
export function createSequence() {
  const last = new WeakMap<object, Promise<unknown>>()

  return function inSequence<Answer>(object: object, work: () => Promise<Answer>): Promise<Answer> {
    const mine = (last.get(object) ?? Promise.resolve()).then(work)
    const settled = mine.catch(() => {})
    last.set(object, settled)
    return mine
  }
}
