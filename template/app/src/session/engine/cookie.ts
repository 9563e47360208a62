import { createHmac, timingSafeEqual } from 'node:crypto'

/** Every value that a Cookie header has for a name, decoded and in its order; names count as they are written (RFC 6265). */
export function readCookies(header: string | undefined, name: string): string[] {
  const values: string[] = []
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=')
    if (at !== -1 && pair.slice(0, at).trim() === name) values.push(decode(pair.slice(at + 1)))
  }
  return values
}

/** What a value stands for, as express-session reads it: clients may quote it, and write `%3A` as `%3a`. */
function decode(written: string): string {
  const value = written.trim().replace(/^"(.*)"$/, '$1')
  if (!value.includes('%')) return value
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

function dropCookies(header: string, name: string): string {
  const pairs = header.split(';').filter((pair) => pair.split('=')[0]?.trim() !== name)
  return pairs.join(';').trim()
}

interface CookieCheck {
  /** Whether the request had one session cookie, valid or not. */
  isAlone: boolean
  /** Whether it is signed with an old secret. */
  needsResigning: boolean
  /** Why it was taken off the request. */
  rejected?: string
}

const maxRemembered = 10_000

/** Looks at the session cookie of a request before express-session does; one that is not ours, and one of two that differ, is taken off the header (OWASP ASVS 16.3.3). */
export function createCookieCheck({
  cookieName,
  secrets,
}: {
  cookieName: string
  secrets: string[]
}): (headers: { cookie?: string | undefined }) => CookieCheck {
  // Browsers send the same value with each request; what nobody has signed is not kept, for anybody could fill this with it.
  const signers = new Map<string, number>()

  /** Which secret signed a cookie value, by index; -1 for none. */
  function findSigner(value: string): number {
    const known = signers.get(value)
    if (known !== undefined) return known
    const signer = verifySignature(value, secrets)
    if (signer === -1) return signer
    if (signers.size >= maxRemembered) signers.clear()
    signers.set(value, signer)
    return signer
  }

  return (headers) => {
    const [value, ...others] = readCookies(headers.cookie, cookieName)
    if (headers.cookie === undefined || value === undefined) {
      return { isAlone: false, needsResigning: false }
    }
    const isAlone = others.every((other) => other === value)
    const signer = isAlone ? findSigner(value) : -1
    if (signer !== -1) return { isAlone, needsResigning: signer > 0 }
    // Of two, another site may have planted one; neither is more likely ours.
    headers.cookie = dropCookies(headers.cookie, cookieName)
    const rejected = isAlone ? 'wrong signature' : 'several cookies'
    return { isAlone, needsResigning: false, rejected }
  }
}

/** Which secret signed a value, in express-session's way, by index; -1 for none. */
function verifySignature(value: string, secrets: string[]): number {
  const [, id, signature] = /^s:([^.]+)\.(.+)$/.exec(value) ?? []
  if (id === undefined || signature === undefined) return -1
  const given = Buffer.from(signature)
  return secrets.findIndex((secret) => {
    const digest = createHmac('sha256', secret).update(id).digest('base64')
    const expected = Buffer.from(digest.replace(/=+$/, ''))
    return given.length === expected.length && timingSafeEqual(given, expected)
  })
}
