import { findWeakness } from '../../template/app/src/session/settings.ts'
import { InputError, quote } from '../input-error.ts'

/** What the files of an app are made from. */
export interface TreeAnswers {
  name: string
  store: string
  /** Whether it has index, login and logout alone. */
  minimal: boolean
  /** The idle and the absolute timeout, such as `30m` and `12h`. */
  lifetime: string
  maxLifetime: string
  /** Whether the cookie outlives the browser. */
  permanent: boolean
  /** Such as `npm` or `pnpm@12.21.0`; npm where it is not given. */
  packageManager?: string
  /** The package that brings Node to a machine whose own is too old. */
  nodePackage?: string | undefined
  /** A random one where none is given. */
  secret?: string
  /** That of the development user; a random one where none is given. */
  password?: string
}

const units = { s: 1, m: 60, h: 3600, d: 86_400 }
const shortest = units.m
const longest = 400 * units.d

/** The lifetimes of a new app whose author did not give any: the longest that NIST SP 800-63B allows at level 2. */
export const defaultLifetimes = { idle: '30m', absolute: '12h' }

/** The seconds that a lifetime such as `90s`, `30m`, `2h` or `1d` stands for. */
export function parseLifetime(text: string): number {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? []
  if (!count || !unit) {
    throw new InputError(
      `${quote(text)} is no lifetime: write a whole number and s, m, h or d, as in 90s, 30m, 2h or 1d`,
    )
  }
  const seconds = Number(count) * units[unit as keyof typeof units]
  if (seconds < shortest || seconds > longest) {
    throw new InputError(`the lifetime ${quote(text)} is out of range: from 1m to 400d`)
  }
  return seconds
}

/** Both lifetimes: a default gives way to one that was given. */
export function resolveLifetimes(given: Partial<Record<'idle' | 'absolute', string | undefined>>) {
  const { idle = defaultLifetimes.idle, absolute = defaultLifetimes.absolute } = given
  if (parseLifetime(idle) <= parseLifetime(absolute)) return { idle, absolute }
  if (given.idle && given.absolute) {
    throw new InputError(
      `the lifetime ${idle} is longer than the greatest lifetime ${absolute}: shorten the one or lengthen the other`,
    )
  }
  const both = given.idle ?? absolute
  return { idle: both, absolute: both }
}

/** Throws for a secret that the app would not start with, or that its `.env` cannot hold; never shows it. */
export function checkSecret(secret: string): void {
  const weakness =
    findWeakness(secret) ??
    (/[^!-~]|[#'"`\\$]/.test(secret) &&
      'holds a quote, a # or another character that no .env carries')
  if (weakness) {
    throw new InputError(`the secret ${weakness}: make one with "openssl rand -base64 32"`)
  }
}
