import type { Request } from 'express'
import { dropCookies, readCookies } from './cookie-header.ts'
import { findSigner } from './signature.ts'
import type { Tell } from './tell.ts'

interface Cookies {
  cookieName: string
  secrets: string[]
}

/** Whether the session cookie of a request is signed with an old secret; what is no cookie of ours is taken off the request and told (OWASP ASVS 16.3.3). */
export function checkCookie(req: Request, { cookieName, secrets }: Cookies, tell: Tell): boolean {
  const { cookie } = req.headers
  const values = readCookies(cookie, cookieName)
  if (cookie === undefined || values.length === 0) return false
  const signers = values.map((value) => findSigner(value, secrets))
  if (values.length === 1 && signers[0] !== -1) return signers[0] !== 0
  // Of two, another site may have planted one; neither is more likely ours.
  tell('session_tampered', { reason: values.length > 1 ? 'several cookies' : 'wrong signature' })
  req.headers.cookie = dropCookies(cookie, cookieName)
  return false
}
