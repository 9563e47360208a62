import { quote, Refusal } from '../refusal.ts'
import { findLevel } from './levels.ts'

const units = { s: 1, m: 60, h: 3600, d: 86_400 }
const shortest = units.m
const longest = 400 * units.d

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

/** Both lifetimes: those of the level, where one that was said wins and the other gives way to it. */
export function settleLifetimes({
  aal,
  idle,
  absolute,
}: {
  aal?: string | undefined
  idle?: string | undefined
  absolute?: string | undefined
}) {
  const level = findLevel(aal)
  const settled = { idle: idle ?? level.idle, absolute: absolute ?? level.absolute }
  if (parseLifetime(settled.idle) <= parseLifetime(settled.absolute)) return settled
  if (idle && absolute) {
    throw new Refusal(
      `the lifetime ${idle} is longer than the greatest lifetime ${absolute}: shorten the one or lengthen the other`,
    )
  }
  return idle ? { idle, absolute: idle } : { idle: settled.absolute, absolute: settled.absolute }
}
