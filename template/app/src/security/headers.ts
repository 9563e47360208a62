import type { RequestHandler, Response } from 'express'
import helmet from 'helmet'
import type { Config } from '../config.ts'
import { isForApi } from '../http/request.ts'
import { type AuditLog, httpError, readCookies } from '../session/index.ts'

/** Security headers, stricter than Helmet's defaults (OWASP ASVS 3.4); `same-origin`, or browsers would send no Origin with our own forms. */
export function createHeaders({ production, cspReportUri }: Config): RequestHandler {
  const protect = helmet({
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        styleSrc: ["'self'"],
        fontSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'"],
        upgradeInsecureRequests: production ? [] : null,
        // Both characters would end the address.
        ...(cspReportUri && { reportUri: [cspReportUri.replace(/[;,]/g, encodeURIComponent)] }),
      },
    },
    referrerPolicy: { policy: 'same-origin' },
    frameguard: { action: 'deny' },
  })
  return (req, res, next) => {
    res.set('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=()')
    protect(req, res, next)
  }
}

/** Lets the browser forget what it has of this site, after a session has ended (OWASP ASVS 14.3.1). */
export function clearSite(res: Response): void {
  res.set('Clear-Site-Data', '"cache", "storage"')
}

const httpsHint =
  'A request over http in production: a Secure cookie could not be set. Let TRUST_PROXY name the proxy that ends https, or set NODE_ENV=development'

/** In production, sends people's pages to https where PUBLIC_ORIGIN is that, and refuses what else comes over http: what programs and forms send, and every session (OWASP ASVS 4.1.2). */
export function requireHttps(
  { production, publicOrigin, session }: Config,
  audit: AuditLog,
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
      audit('insecure_transport', { reason: httpsHint })
      next(httpError(400, 'https_required', httpsHint))
    }
  }
}
