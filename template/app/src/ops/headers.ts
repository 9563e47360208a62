import type { RequestHandler, Response } from 'express'
import helmet from 'helmet'
import type { Config } from '../config.ts'

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
        // Both would end it.
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
