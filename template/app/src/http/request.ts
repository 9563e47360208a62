import type { Request } from 'express'

/** Whether a request is for the API; Express takes capitals for small letters, so this does. */
export function isForApi({ path }: Pick<Request, 'path'>): boolean {
  return /^\/api\//i.test(path)
}

/** Whether to answer with a page: browsers' forms to `/api` ask for one, programs ask for JSON or for anything. */
export function wantsPage(req: Request): boolean {
  return isForApi(req)
    ? req.accepts(['json', 'html']) === 'html'
    : req.accepts(['html', 'json']) !== 'json'
}

const longestBytes = 1024

/** Fields of a form or of JSON that have to be texts of at most 1024 bytes; throws a 400 otherwise (OWASP ASVS 15.3.5). */
export function readFields<Name extends string>(
  { body }: Request,
  ...names: Name[]
): Record<Name, string> {
  const fields = names.map((name) => {
    const value: unknown = Object.hasOwn(Object(body), name) ? body[name] : undefined
    if (typeof value === 'string' && Buffer.byteLength(value) <= longestBytes) return [name, value]
    const problem = `Send "${name}" as a text of at most ${longestBytes} bytes`
    throw Object.assign(new Error(problem), { status: 400 })
  })
  return Object.fromEntries(fields)
}

/** A path of this app to go to afterwards, `fallback` where none is asked for; never another site (OWASP ASVS 3.7.2). */
export function readNext({ query, body }: Request, fallback: string): string {
  const wanted: unknown = body?.next ?? query.next
  if (typeof wanted !== 'string' || !wanted.startsWith('/')) return fallback
  const base = 'http://app.invalid'
  const url = URL.canParse(wanted, base) ? new URL(wanted, base) : null
  // "/.//evil.test" stays on this origin, and its path alone would lead to another.
  const isLocal = url?.origin === base && !url.pathname.startsWith('//')
  return isLocal ? url.pathname + url.search : fallback
}
