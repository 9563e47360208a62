export type Done<Answer> = (error: unknown, answer?: Answer) => void

/** Calls back once, and not in the same tick, so that a callback that throws is not called again. */
export function answer<Answer>(done: Done<Answer>, promise: Promise<Answer>): void {
  promise.then(
    (value) => process.nextTick(done, null, value),
    (error: unknown) => process.nextTick(done, error),
  )
}
