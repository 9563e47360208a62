import type { ErrorRequestHandler, RequestHandler } from 'express'
import { httpError } from '../session/index.ts'
import type { Render } from '../views/render.ts'
import type { Log } from './log.ts'

const titles: Record<number, string> = {
  400: 'The request could not be read',
  403: 'This request was refused',
  404: 'There is nothing here',
  501: 'Nobody can log in yet',
  503: 'Temporarily unavailable',
}

/** Ends what no route has taken. */
export const notFound: RequestHandler = (_req, _res, next) => {
  next(httpError(404, 'not_found', 'No route'))
}

/** Answers every error with a page or with JSON; text of the error itself goes to the log only. */
export function createErrorHandler(render: Render, log: Log): ErrorRequestHandler {
  return (error, req, res, next) => {
    if (res.headersSent) return next(error)
    const status = error.status >= 400 && error.status < 600 ? Number(error.status) : 500
    const code = /^[a-z_]+$/.test(error.code ?? '') ? error.code : 'error'
    if (status >= 500) log.error({ method: req.method, path: req.path, err: error }, code)
    // A request that failed stores nothing; the answer to a failed save must not try to save again.
    Reflect.deleteProperty(req, 'session')
    res.status(status)
    if (status === 503) res.set('Retry-After', '1')
    const title = titles[status] ?? 'That did not work'
    if (req.accepts(['html', 'json']) === 'json') res.json({ error: code })
    else res.send(render('error', { title, status, code }))
  }
}
