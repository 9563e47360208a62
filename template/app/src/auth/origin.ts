import type { Request, RequestHandler } from 'express'
import { problem } from '../session/problem.ts'

/**
 * Refuses requests that another site made a browser send, by Fetch Metadata and, from browsers
 * without it, by Origin (OWASP CSRF cheat sheet; OWASP ASVS 3.5.1). Clients that are no browsers
 * send neither and bring no cookie of a victim.
 */
export function refuseOtherSites(publicOrigin: string): RequestHandler {
  return (req, _res, next) => {
    const safe = ['GET', 'HEAD', 'OPTIONS'].includes(req.method)
    if (safe || isOwn(req, publicOrigin)) next()
    else next(problem(403, 'csrf', 'The request comes from another site'))
  }
}

function isOwn(req: Request, publicOrigin: string): boolean {
  const site = req.get('Sec-Fetch-Site')
  // Browsers that send it know best: behind a proxy that rewrites Host, the Origin would not match.
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  const origin = req.get('Origin')
  return origin === undefined || origin === (publicOrigin || `${req.protocol}://${req.host}`)
}
