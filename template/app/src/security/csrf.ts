import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { CookieOptions, Request, RequestHandler, Response } from 'express'
import { type AuditLog, httpError, readCookies } from '../session/index.ts'

const tokenBytes = 32

/** What tells our own pages from others': a token that is bound to the session, or before a login to a cookie (OWASP CSRF cheat sheet; NIST SP 800-63B-4, 5.1). */
export interface Csrf {
  /** A token for the session of a request, other characters each time (against BREACH); also in the header `X-CSRF-Token`, for programs. */
  token(req: Request, res: Response): string
  /** The same for a visitor without a session, with the cookie that it is bound to. */
  tokenForVisitor(req: Request, res: Response): string
  /** Refuses with a 403 what does not bring the token of its session. */
  check: RequestHandler
  checkVisitor: RequestHandler
}

/** Makes tokens with the first of the keys, and takes those of all. */
export function createCsrf(keys: Buffer[], production: boolean, audit: AuditLog): Csrf {
  const cookieName = production ? '__Host-pre' : 'pre'
  const cookie: CookieOptions = {
    path: '/',
    httpOnly: true,
    // Strict would be missing where a mail leads to the login, which would then take the cookie of another tab's form away.
    sameSite: 'lax',
    secure: production,
  }

  const sign = (key: Buffer, bound: string) => createHmac('sha256', key).update(bound).digest()

  function issue(res: Response, bound: string): string {
    const pad = randomBytes(tokenBytes)
    const [key = Buffer.alloc(0)] = keys
    const token = Buffer.concat([pad, mask(sign(key, bound), pad)]).toString('base64url')
    res.set('X-CSRF-Token', token)
    return token
  }

  function isValid(token: unknown, bound: string): boolean {
    if (typeof token !== 'string' || bound === '') return false
    const bytes = Buffer.from(token, 'base64url')
    if (bytes.length !== 2 * tokenBytes) return false
    const signature = mask(bytes.subarray(tokenBytes), bytes.subarray(0, tokenBytes))
    return keys.some((key) => timingSafeEqual(signature, sign(key, bound)))
  }

  const checkAgainst =
    (boundOf: (req: Request) => string): RequestHandler =>
    (req, _res, next) => {
      const token: unknown = req.get('X-CSRF-Token') ?? Object(req.body)._csrf
      if (isValid(token, boundOf(req))) return next()
      audit('csrf_reject', { reason: token === undefined ? 'no token' : 'wrong token' })
      next(httpError(403, 'csrf', 'The token is not that of this session'))
    }

  const boundToSession = (req: Request) => `session ${req.sessionID}`
  const visitorOf = (req: Request) => {
    const [value = '', ...more] = readCookies(req.get('Cookie'), cookieName)
    return more.length === 0 && /^[\w-]{22}$/.test(value) ? value : ''
  }

  return {
    token: (req, res) => issue(res, boundToSession(req)),
    check: checkAgainst(boundToSession),

    tokenForVisitor(req, res) {
      const known = visitorOf(req)
      const value = known || randomBytes(16).toString('base64url')
      if (!known) res.cookie(cookieName, value, cookie)
      return issue(res, `visitor ${value}`)
    },
    checkVisitor: checkAgainst((req) => visitorOf(req) && `visitor ${visitorOf(req)}`),
  }
}

function mask(bytes: Buffer, pad: Buffer): Buffer {
  return Buffer.from(bytes.map((byte, index) => byte ^ (pad[index] ?? 0)))
}
