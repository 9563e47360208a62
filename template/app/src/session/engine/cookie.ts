import { createHmac, timingSafeEqual } from 'node:crypto'

/** Every value that a Cookie header has for a name, in its order; names count as they are written (RFC 6265). */
export function readCookies(header: string | undefined, name: string): string[] {
  const values: string[] = []
  for (const pair of header?.split(';') ?? []) {
    const [each, ...rest] = pair.split('=')
    if (each?.trim() === name) values.push(rest.join('=').trim())
  }
  return values
}

function dropCookies(header: string, name: string): string {
  const pairs = header.split(';').filter((pair) => pair.split('=')[0]?.trim() !== name)
  return pairs.join(';').trim()
}

/** Which secret signed a cookie value, in express-session's way, by index; -1 for none. */
function findSigner(value: string, secrets: string[]): number {
  const [, id, signature] = /^s(?::|%3A)([^.]+)\.(.+)$/i.exec(value) ?? []
  if (id === undefined || signature === undefined) return -1
  return secrets.findIndex((secret) => {
    const expected = createHmac('sha256', secret).update(id).digest('base64').replace(/=+$/, '')
    return isEqual(signature, expected) || isEqual(signature, encodeURIComponent(expected))
  })
}

function isEqual(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

interface CookieCheck {
  /** Whether the request had one session cookie, valid or not. */
  isAlone: boolean
  /** Whether it is signed with an old secret. */
  needsResigning: boolean
  /** Why it was taken off the request. */
  rejected?: string
}

/** Looks at the session cookie of a request before express-session does; one that is not ours, and one of two, is taken off the header (OWASP ASVS 16.3.3). */
export function checkCookie(
  headers: { cookie?: string | undefined },
  { cookieName, secrets }: { cookieName: string; secrets: string[] },
): CookieCheck {
  const values = readCookies(headers.cookie, cookieName)
  if (headers.cookie === undefined || values.length === 0) {
    return { isAlone: false, needsResigning: false }
  }
  const signers = values.map((value) => findSigner(value, secrets))
  const isAlone = values.length === 1
  if (isAlone && signers[0] !== -1) return { isAlone, needsResigning: signers[0] !== 0 }
  // Of two, another site may have planted one; neither is more likely ours.
  headers.cookie = dropCookies(headers.cookie, cookieName)
  return {
    isAlone,
    needsResigning: false,
    rejected: isAlone ? 'wrong signature' : 'several cookies',
  }
}
