import type { Request, RequestHandler, Response } from 'express'
import type { SteadyStore } from './steady-store.ts'

/**
 * Holds an answer back until the session it changed is stored, because express-session sends the
 * headers first: a redirect would overtake the save (expressjs/session#360), a failed save would
 * still be a 200 (#538), and a value that JSON cannot hold would hang the request.
 */
export function saveBeforeAnswer(store: SteadyStore): RequestHandler {
  return (req, res, next) => {
    const { write, end } = res
    let held: (() => void)[] | null = null

    const release = () => {
      const calls = held ?? []
      held = null
      for (const call of calls) call()
      res.emit('drain')
    }

    const refuse = (error: unknown) => {
      Object.assign(res, { write, end })
      held = null
      dropSession(req)
      if (res.headersSent) {
        res.destroy()
      } else {
        clearAnswer(res)
        next(error)
      }
    }

    /** Makes one call of `write` or `end` now, or after the save that is under way or due. */
    const order = <Answer>(call: () => Answer, otherwise: Answer): Answer => {
      if (held) {
        held.push(call)
        return otherwise
      }
      try {
        if (!req.session || !store.isChanged(req.session)) return call()
      } catch (error) {
        refuse(error)
        return otherwise
      }
      held = [call]
      req.session.save((error: unknown) => (error ? refuse(error) : release()))
      return otherwise
    }

    res.write = ((...args: Parameters<typeof write>) =>
      order(() => write.apply(res, args), false)) as typeof write
    res.end = ((...args: Parameters<typeof end>) =>
      order(() => end.apply(res, args), res)) as typeof end
    next()
  }
}

/** The request goes on without its session, so that nothing is stored and no cookie is sent. */
function dropSession(req: Request) {
  Reflect.deleteProperty(req, 'session')
}

/** Takes back what the abandoned answer had prepared. */
function clearAnswer(res: Response) {
  for (const name of res.getHeaderNames()) {
    if (/^(content-|set-cookie|location|etag)/.test(name)) res.removeHeader(name)
  }
}
