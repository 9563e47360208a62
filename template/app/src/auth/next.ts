import type { Request } from 'express'

/** A path of this app to go to afterwards; never another site (OWASP ASVS 3.7.2). */
export function readNext({ query, body }: Request, usual: string): string {
  const wanted: unknown = body?.next ?? query.next
  if (typeof wanted !== 'string' || !wanted.startsWith('/')) return usual
  const base = 'http://app.invalid'
  const url = URL.canParse(wanted, base) ? new URL(wanted, base) : null
  // "/.//evil.test" stays on this origin, and its path alone would lead to another.
  const isLocal = url?.origin === base && !url.pathname.startsWith('//')
  return isLocal ? url.pathname + url.search : usual
}
