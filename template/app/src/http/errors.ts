import type { ErrorRequestHandler, RequestHandler, Response } from 'express'
import { type AuditLog, httpError, safeMessage } from '../session/index.ts'
import type { Render } from '../views/render.ts'
import type { Log } from './log.ts'
import { wantsPage } from './request.ts'

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
  next(httpError(404, 'not_found', 'No route'))
}

/** Put it last into a route, with `all`: it refuses the methods that the route does not have (OWASP ASVS 13.4.4). */
export const methodNotAllowed: RequestHandler = (req, res, next) => {
  const methods: string[] = Object.keys(req.route.methods).filter((name) => name !== '_all')
  if (methods.includes('get')) methods.push('head')
  const allowed = methods.map((name) => name.toUpperCase()).sort()
  res.set('Allow', allowed.join(', '))
  next(httpError(405, 'method_not_allowed', `The route has ${allowed.join(', ')}`))
}

/** Refuses TRACE, which would send back what proxies have added to a request. */
export const refuseTrace: RequestHandler = (req, res, next) => {
  if (req.method !== 'TRACE') return next()
  res.set('Allow', 'GET, HEAD, POST')
  next(httpError(405, 'method_not_allowed', 'No route has TRACE'))
}

/** Answers every error by one table; text of the error itself goes to the log only. A page that cannot be made is replaced by its title. */
export function createErrorHandler(render: Render, log: Log, audit: AuditLog): ErrorRequestHandler {
  function renderError(res: Response, title: string, values: Record<string, unknown>): string {
    try {
      return render('error', { title, ...values })
    } catch (error) {
      // Express would answer with a page of its own, in development with the stack.
      log.error({ err: error }, 'error')
      res.type('text')
      return title
    }
  }

  return (error, req, res, next) => {
    if (res.headersSent) {
      next(error)
      return
    }
    const status = error.status >= 400 && error.status < 600 ? Number(error.status) : 500
    const answer = answers[status] ?? { code: 'error', title: 'That did not work' }
    // Those of drivers and parsers have capitals, and are not for clients.
    const isOurs = error.status === status && /^[a-z_]+$/.test(error.code ?? '')
    const code = isOurs ? error.code : answer.code
    const details = { method: req.method, path: req.path }
    if (code === 'session_too_large') audit('session_too_large', details)
    else if (status === 503) {
      const event = code === 'session_store_unavailable' ? 'store_unavailable' : code
      audit(event, { ...details, reason: safeMessage(error.cause ?? error) })
    } else if (status >= 500) log.error({ ...details, err: error }, code)
    // A request that failed stores nothing; the answer to a failed save must not try to save again.
    Reflect.deleteProperty(req, 'session')
    // What a file has set that was to be sent is not true of this answer.
    for (const name of ['Content-Type', 'ETag', 'Last-Modified']) res.removeHeader(name)
    res.status(status).set('Cache-Control', 'no-store')
    const retryAfter: number | undefined = status === 503 ? 1 : error.retryAfter
    if (retryAfter) res.set('Retry-After', String(retryAfter))
    // What was written in vain, but not what another page may have made a browser send.
    const note = status === 403 ? '' : Object(req.body).note
    if (!wantsPage(req)) res.json({ error: code })
    else if (status === 401 && !note) res.redirect(303, '/login')
    else res.send(renderError(res, answer.title, { status, code, retryAfter, note }))
  }
}
