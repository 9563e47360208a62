/** Rounds of one server that differ by more than this part of their median are too noisy for a ratio. */
const noise = 0.25

/** The value in the middle; throws when there is none. */
export function median(values: number[]): number {
  const [middle] = values.toSorted((a, b) => a - b).slice(Math.floor(values.length / 2))
  if (middle === undefined) throw new Error('There is no median of nothing')
  return middle
}

/** Whether the rounds of one server differ too much for a ratio. */
export function isNoisy(values: number[]): boolean {
  return Math.max(...values) - Math.min(...values) > noise * median(values)
}

/** How many times the second the first is, by their medians; null when either is too noisy. */
export function ratioOf(ours: number[], theirs: number[]): number | null {
  return isNoisy(ours) || isNoisy(theirs) ? null : median(ours) / median(theirs)
}
