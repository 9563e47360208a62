import { quote, Refusal } from '../refusal.ts'

/** The lifetimes of sessions at one assurance level: what a new app gets, and the longest that fit. */
export interface Level {
  name: string
  /** What it is for, in a few words. */
  use: string
  idle: string
  absolute: string
  /** The longest that NIST SP 800-63B-3 allows; level 1 has no limit without use. */
  longestIdle?: string
  longestAbsolute: string
}

/** The level of an app whose author did not say one. */
export const defaultLevel = '2'

const levels: Level[] = [
  { name: '1', use: 'little at stake', idle: '24h', absolute: '7d', longestAbsolute: '30d' },
  {
    ...{ name: '2', use: 'personal data', idle: '30m', absolute: '12h' },
    ...{ longestIdle: '30m', longestAbsolute: '12h' },
  },
  {
    ...{ name: '3', use: 'much at stake', idle: '15m', absolute: '8h' },
    ...{ longestIdle: '15m', longestAbsolute: '12h' },
  },
]

/** The levels to choose from, each in one line. */
export function listLevels(): { name: string; description: string }[] {
  return levels.map(({ name, use, idle, absolute }) => ({
    name,
    description: `${use}: ${idle} without use, ${absolute} in all`,
  }))
}

/** A level by its number; refuses what is none. */
export function findLevel(name: string = defaultLevel): Level {
  const level = levels.find((each) => each.name === name)
  if (!level) throw new Refusal(`${quote(name)} is no assurance level: choose 1, 2 or 3`)
  return level
}
