import type { ErrorRequestHandler, Request, RequestHandler } from 'express'
import type { RenderPage } from '../pages/page.ts'
import type { Log } from './log.ts'

const titles: Record<number, string> = {
  400: 'The request could not be read',
  401: 'Please log in',
  403: 'This request was refused',
  404: 'There is nothing here',
  405: 'This address does not take that method',
  409: 'Somebody else changed this at the same time',
  413: 'That is too large',
  415: 'This address does not take that type of content',
  503: 'Temporarily unavailable',
}

const wantsJson = (req: Request) =>
  req.path.startsWith('/api/') || req.accepts(['html', 'json']) === 'json'

/** Ends what no route has taken. */
export const notFound: RequestHandler = (_req, _res, next) => {
  next(Object.assign(new Error('No route'), { status: 404, code: 'not_found' }))
}

/** Answers every error by one table; text of the error itself goes to the log only. */
export function createErrorHandler(page: RenderPage, log: Log): ErrorRequestHandler {
  return (error, req, res, next) => {
    if (res.headersSent) {
      next(error)
      return
    }
    const status = error.status >= 400 && error.status < 600 ? Number(error.status) : 500
    const code = typeof error.code === 'string' && error.status ? error.code : 'error'
    if (status >= 500) log.error({ err: error, method: req.method, path: req.path }, code)
    // A request that failed stores nothing; the answer to a failed save must not try to save again.
    Reflect.deleteProperty(req, 'session')
    res.status(status).set('Cache-Control', 'no-store')
    if (status === 503) res.set('Retry-After', '1')
    if (wantsJson(req)) {
      res.json({ error: code })
    } else if (status === 401) {
      res.redirect(303, '/login')
    } else {
      res.send(
        page('error', {
          title:
            titles[status] ?? (status < 500 ? 'The request was refused' : 'Something went wrong'),
          status,
        }),
      )
    }
  }
}
