import type { ErrorRequestHandler, RequestHandler } from 'express'
import type { RenderPage } from '../pages/page.ts'
import { wantsPage } from '../pages/wants-page.ts'
import { reasonOf } from '../session/reason.ts'
import type { Tell } from '../session/tell.ts'
import type { Log } from './log.ts'

const answers: Record<number, { code: string; title: string }> = {
  400: { code: 'bad_request', title: 'The request could not be read' },
  401: { code: 'unauthenticated', title: 'Please log in' },
  403: { code: 'forbidden', title: 'This request was refused' },
  404: { code: 'not_found', title: 'There is nothing here' },
  405: { code: 'method_not_allowed', title: 'This address does not take that method' },
  409: { code: 'conflict', title: 'Somebody else changed this at the same time' },
  413: { code: 'too_large', title: 'That is too large' },
  415: { code: 'unsupported_type', title: 'This address does not take that type of content' },
  429: { code: 'throttled', title: 'Too many tries' },
  503: { code: 'unavailable', title: 'Temporarily unavailable' },
}

/** Ends what no route has taken. */
export const notFound: RequestHandler = (_req, _res, next) => {
  next(Object.assign(new Error('No route'), { status: 404, code: 'not_found' }))
}

/** Answers every error by one table; text of the error itself goes to the log only. */
export function createErrorHandler(page: RenderPage, log: Log, tell: Tell): ErrorRequestHandler {
  return (error, req, res, next) => {
    if (res.headersSent) {
      next(error)
      return
    }
    const status = error.status >= 400 && error.status < 600 ? Number(error.status) : 500
    const usual = answers[status] ?? { code: 'error', title: 'That did not work' }
    // Those of drivers and parsers have capitals, and are not for clients.
    const isOurs = error.status === status && /^[a-z_]+$/.test(error.code ?? '')
    const code = isOurs ? error.code : usual.code
    const details = { method: req.method, path: req.path }
    if (code === 'session_too_large') tell('session_too_large', details)
    else if (status === 503) {
      const event = code === 'session_store_unavailable' ? 'store_unavailable' : code
      tell(event, { ...details, reason: reasonOf(error.cause ?? error) })
    } else if (status >= 500) log.error({ ...details, err: error }, code)
    // A request that failed stores nothing; the answer to a failed save must not try to save again.
    Reflect.deleteProperty(req, 'session')
    // What a file has set that was to be sent is not true of this answer.
    for (const name of ['Content-Type', 'ETag', 'Last-Modified']) res.removeHeader(name)
    res.status(status).set('Cache-Control', 'no-store')
    const retryAfter: number | undefined = status === 503 ? 1 : error.retryAfter
    if (retryAfter) res.set('Retry-After', String(retryAfter))
    if (!wantsPage(req)) res.json({ error: code })
    else if (status === 401) res.redirect(303, '/login')
    else res.send(page('error', { title: usual.title, status, code, retryAfter }))
  }
}
