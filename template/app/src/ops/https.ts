import type { RequestHandler } from 'express'
import type { Config } from '../config.ts'
import { isForApi } from '../pages/wants-page.ts'
import { readCookies } from '../session/cookie-header.ts'
import { problem } from '../session/problem.ts'
import type { Tell } from '../session/tell.ts'

const why =
  'A request over http in production: a Secure cookie could not be set. Let TRUST_PROXY name the proxy that ends https, or set NODE_ENV=development'

/** In production, sends people's pages to https where PUBLIC_ORIGIN is that, and refuses what else comes over http: what programs and forms send, and every session (OWASP ASVS 4.1.2). */
export function requireHttps(
  { production, publicOrigin, session }: Config,
  tell: Tell,
): RequestHandler {
  return (req, res, next) => {
    if (!production || req.secure) return next()
    const isPage = ['GET', 'HEAD'].includes(req.method) && !isForApi(req)
    // A client may also ask for a whole address, or for "*".
    const isPath = /^\/(?!\/)/.test(req.originalUrl)
    const hasSession = readCookies(req.get('Cookie'), session.cookieName).length > 0
    // Only where the answer cannot lead to where the client says that we are.
    if (isPage && isPath && publicOrigin.startsWith('https:')) {
      res.redirect(308, publicOrigin + req.originalUrl)
    } else if (isPage && isPath && !hasSession) next()
    else {
      tell('insecure_transport', { reason: why })
      next(problem(400, 'https_required', why))
    }
  }
}
