/** The same thing three times: as we have made it, as it is there now, and as we would make it now. */
export interface Sides<T> {
  base: T
  mine: T
  next: T
}

/** Which side is taken for what both have changed. */
export type Winner = 'mine' | 'next'

/** What a merge by meaning came to, and the names of what both sides have changed. */
export interface Merged {
  text: string
  clashes: string[]
}
