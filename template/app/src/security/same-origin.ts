import type { Request, RequestHandler } from 'express'
import { isForApi } from '../http/request.ts'
import { type AuditLog, httpError } from '../session/index.ts'

interface Site {
  publicOrigin: string
  allowNoOrigin: boolean
}

/**
 * Refuses requests that another site made a browser send, by Fetch Metadata and, from browsers
 * without it, by Origin or Referer (OWASP CSRF cheat sheet; OWASP ASVS 3.5.1, 3.5.8).
 */
export function refuseOtherSites(site: Site, audit: AuditLog): RequestHandler {
  return (req, res, next) => {
    res.vary('Sec-Fetch-Site').vary('Origin')
    const isSafe = ['GET', 'HEAD', 'OPTIONS'].includes(req.method)
    if (isSafe) {
      // A link from elsewhere may open a page; what the API says is for our own pages and programs.
      if (!isForApi(req) || isFromProgram(req)) return next()
      next(httpError(403, 'forbidden', 'The API is not for other sites and not to be embedded'))
      return
    }
    const objection = findObjection(req, site)
    if (objection === null) return next()
    audit('csrf_reject', { reason: objection })
    next(httpError(403, 'csrf', `Request from another site: ${objection}`))
  }
}

function isFromProgram(req: Request): boolean {
  const site = req.get('Sec-Fetch-Site') ?? 'same-origin'
  const destination = req.get('Sec-Fetch-Dest') ?? 'empty'
  return ['same-origin', 'none'].includes(site) && destination === 'empty'
}

/** What speaks against a request that changes something, or null. */
function findObjection(req: Request, { publicOrigin, allowNoOrigin }: Site): string | null {
  const site = req.get('Sec-Fetch-Site')
  // Browsers that send it know best: behind a proxy that rewrites Host, the Origin would not match.
  if (site !== undefined) {
    return site === 'same-origin' || site === 'none' ? null : `Sec-Fetch-Site ${site.slice(0, 20)}`
  }
  const own = publicOrigin || `${req.protocol}://${req.host}`
  const origin = req.get('Origin')
  if (origin !== undefined) return origin === own ? null : 'another Origin'
  const referer = req.get('Referer')
  if (referer !== undefined) {
    return URL.canParse(referer) && new URL(referer).origin === own ? null : 'another Referer'
  }
  return allowNoOrigin ? null : 'no Origin and no Referer'
}

/** Takes forms and JSON, and nothing else that could be read as them (OWASP ASVS 4.1.1). */
export const refuseOtherTypes: RequestHandler = (req, _res, next) => {
  const type = req.is(['json', 'urlencoded'])
  // Null says that there is no body.
  if (type === null || type !== false || req.get('Content-Length') === '0') next()
  else next(httpError(415, 'unsupported_type', 'A body that is neither JSON nor a form'))
}
