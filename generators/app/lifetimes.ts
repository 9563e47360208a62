import { quote, Refusal } from '../refusal.ts'

const units = { s: 1, m: 60, h: 3600, d: 86_400 }
const shortest = units.m
const longest = 400 * units.d

/** The lifetimes of a new app whose author did not say any: the longest that NIST SP 800-63B allows at level 2. */
export const defaultLifetimes = { idle: '30m', absolute: '12h' }

/** The seconds that a lifetime such as `90s`, `30m`, `2h` or `1d` stands for. */
export function parseLifetime(text: string): number {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? []
  if (!count || !unit) {
    throw new Refusal(
      `${quote(text)} is no lifetime: write a whole number and s, m, h or d, as in 90s, 30m, 2h or 1d`,
    )
  }
  const seconds = Number(count) * units[unit as keyof typeof units]
  if (seconds < shortest || seconds > longest) {
    throw new Refusal(`the lifetime ${quote(text)} is out of range: from 1m to 400d`)
  }
  return seconds
}

/** Both lifetimes: a default gives way to one that was said. */
export function settleLifetimes({
  idle,
  absolute,
}: {
  idle?: string | undefined
  absolute?: string | undefined
}) {
  const settled = {
    idle: idle ?? defaultLifetimes.idle,
    absolute: absolute ?? defaultLifetimes.absolute,
  }
  if (parseLifetime(settled.idle) <= parseLifetime(settled.absolute)) return settled
  if (idle && absolute) {
    throw new Refusal(
      `the lifetime ${idle} is longer than the greatest lifetime ${absolute}: shorten the one or lengthen the other`,
    )
  }
  return idle ? { idle, absolute: idle } : { idle: settled.absolute, absolute: settled.absolute }
}
