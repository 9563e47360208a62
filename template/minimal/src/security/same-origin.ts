import type { Request, RequestHandler } from 'express'
import { httpError } from '../session/index.ts'

/** Refuses what another site made a browser send, by Fetch Metadata and, from browsers without it, by Origin (OWASP CSRF cheat sheet; OWASP ASVS 3.5.1). */
export function refuseOtherSites(publicOrigin: string): RequestHandler {
  return (req, _res, next) => {
    const isSafe = ['GET', 'HEAD', 'OPTIONS'].includes(req.method)
    if (isSafe || isOwn(req, publicOrigin)) next()
    else next(httpError(403, 'csrf', 'Request from another site'))
  }
}

function isOwn(req: Request, publicOrigin: string): boolean {
  const site = req.get('Sec-Fetch-Site')
  // Browsers that send it know best: behind a proxy that rewrites Host, the Origin would not match.
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  return req.get('Origin') === (publicOrigin || `${req.protocol}://${req.host}`)
}
