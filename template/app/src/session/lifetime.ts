/** The longest that any setting lets a session live, in seconds: the 400 days that browsers keep a cookie. */
export const longestLifeSeconds = 34_560_000

export interface Lifetimes {
  /** A session ends when it is not used for this long, in ms. */
  idleMs: number
  /** A session ends this long after it began, used or not, in ms. */
  absoluteMs: number
}

/**
 * When a session that is used now has to end. The idle time is a tenth longer than asked, so that
 * moving the end once per tenth is enough and no session ever lives shorter than its idle time.
 */
export function endFrom(now: number, created: number, { idleMs, absoluteMs }: Lifetimes): number {
  return Math.min(now + Math.ceil(idleMs * 1.1), created + absoluteMs)
}

/** When a session that ends then was used last, as far as its end tells. */
export function lastUse(end: number, created: number, { idleMs }: Lifetimes): number {
  return Math.max(created, end - Math.ceil(idleMs * 1.1))
}

/** Whether a session that is used now has to have its end moved. */
export function isExtensionDue(
  now: number,
  created: number,
  end: number,
  lifetimes: Lifetimes,
): boolean {
  return end - now < lifetimes.idleMs && end < endFrom(now, created, lifetimes)
}

/** How long the browser may keep a permanent cookie, in ms from now. */
export function cookieAge(now: number, created: number, { idleMs, absoluteMs }: Lifetimes): number {
  return Math.max(0, Math.min(idleMs, created + absoluteMs - now))
}
