import { promisify } from 'node:util'
import type { RequestHandler, Response } from 'express'
import { holdAnswer } from './held-answer.ts'
import type { SteadyStore } from './steady-store.ts'

/**
 * Runs the express-session `handler`, and holds each answer back until the session that it changed
 * is stored. express-session sends the headers first, so a redirect would overtake the save
 * (expressjs/session#360), a failed save would still be a 200 (#538), and a value that JSON cannot
 * hold would hang the request.
 */
export function saveBeforeAnswer(handler: RequestHandler, store: SteadyStore): RequestHandler {
  return (req, res, next) => {
    const { write, end, flushHeaders } = res

    let gaveUp = false

    // express-session's own `end` works once, so the answer to a failure goes around it.
    function giveUp(cause: unknown) {
      if (gaveUp) return
      gaveUp = true
      Reflect.deleteProperty(req, 'session')
      Object.assign(res, ignoreLate(res, { write, end, flushHeaders }))
      if (res.headersSent) {
        res.destroy()
      } else {
        clearHead(res)
        next(cause)
      }
    }

    // express-session calls these from its callbacks, where a throw would end the process.
    const guard =
      <Args extends unknown[]>(call: (...args: Args) => unknown) =>
      (...args: Args) => {
        try {
          return call.apply(res, args)
        } catch (cause) {
          giveUp(cause)
          return false
        }
      }
    Object.assign(res, { write: guard(write), end: guard(end) })

    handler(req, res, (error?: unknown) => {
      if (!error) {
        holdAnswer(res, {
          isDue: () => req.session !== undefined && store.isChanged(req.session),
          save: () => promisify(req.session.save).call(req.session),
          giveUp,
        })
      }
      next(error)
    })
  }
}

type Calls = Pick<Response, 'write' | 'end' | 'flushHeaders'>

/** What a handler still writes after its answer was replaced goes nowhere. */
function ignoreLate(res: Response, calls: Calls) {
  return Object.fromEntries(
    Object.entries(calls).map(([name, call]) => [
      name,
      (...args: unknown[]) => !res.writableEnded && Reflect.apply(call, res, args),
    ]),
  )
}

/** Takes back what the abandoned answer had prepared. */
function clearHead(res: Response) {
  for (const name of res.getHeaderNames()) {
    if (/^(content-(?!security)|set-cookie|location|etag)/.test(name)) res.removeHeader(name)
  }
}
