import type { RequestHandler, Response } from 'express'
import { withinDeadline } from './circuit-breaker.ts'
import type { SessionStore } from './session-store.ts'

/**
 * Runs the express-session `handler`, and holds each answer back until the session that it changed
 * is stored. This takes the place of the saving in express-session, which sends the headers first, so
 * that a redirect would overtake the save (expressjs/session#360), a failed save would still be a 200
 * (#538), and a value that JSON cannot hold would hang the request.
 */
export function saveBeforeResponse(handler: RequestHandler, store: SessionStore): RequestHandler {
  return (req, res, next) => {
    if (req.session) return next()
    const { write, end, flushHeaders } = res
    let failed = false

    function fail(cause: unknown) {
      if (failed) return
      failed = true
      Reflect.deleteProperty(req, 'session')
      Object.assign(res, ignoreLate(res, { write, end, flushHeaders }))
      if (res.headersSent) {
        res.destroy()
      } else {
        clearHead(res)
        next(cause)
      }
    }

    handler(req, res, (error?: unknown) => {
      // Its `end` would save again; its cookie is set by another way, when the head is written.
      Object.assign(res, { write, end })
      if (!error) {
        holdResponse(res, {
          isDue: () => Boolean(req.session) && store.isDue(req.session),
          save: () => withinDeadline(() => store.save(req.session, req.sessionID)),
          fail,
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

interface Hold {
  /** Whether there is something to save before the answer goes on. */
  isDue(): boolean
  save(): Promise<void>
  /** Takes over when the save, or the answer itself, has failed. */
  fail(cause: unknown): void
}

/** Puts off what is written to a response while a save is due or under way; the first `end` is the answer, with the head it had then. */
function holdResponse(res: Response, { isDue, save, fail }: Hold): void {
  const { write, end, flushHeaders } = res
  let held: (() => unknown)[] | null = null
  let restoreHead: (() => void) | null = null

  async function saveAndRelease() {
    try {
      await save()
      const steps = held ?? []
      held = null
      restoreHead?.()
      for (const step of steps) step()
      res.emit('drain')
    } catch (cause) {
      fail(cause)
    }
  }

  function order(step: () => unknown, whenHeld: unknown, isEnd = false): unknown {
    if (restoreHead) return whenHeld
    try {
      if (!held && !isDue()) return step()
    } catch (cause) {
      fail(cause)
      return whenHeld
    }
    if (isEnd) restoreHead = snapshotHead(res)
    if (held) {
      held.push(step)
    } else {
      held = [step]
      void saveAndRelease()
    }
    return whenHeld
  }

  res.write = ((...args: Parameters<typeof write>) =>
    order(() => write.apply(res, args), false)) as typeof write
  res.end = ((...args: Parameters<typeof end>) =>
    order(() => end.apply(res, args), res, true)) as typeof end
  res.flushHeaders = () => order(() => flushHeaders.apply(res), undefined)
}

/** Status and headers as they are now, to come back to after a handler has gone on writing. */
function snapshotHead(res: Response): () => void {
  if (res.headersSent) return () => {}
  const { statusCode } = res
  // Every outgoing message has it; the types know it for requests alone.
  const names = (res as unknown as { getRawHeaderNames(): string[] }).getRawHeaderNames()
  const headers = names.map((name) => [name, res.getHeader(name)] as const)
  const isSame = ([name, value]: (typeof headers)[number]) => res.getHeader(name) === value
  return () => {
    res.statusCode = statusCode
    if (res.getHeaderNames().length === headers.length && headers.every(isSame)) return
    for (const name of res.getHeaderNames()) res.removeHeader(name)
    for (const [name, value] of headers) if (value !== undefined) res.setHeader(name, value)
  }
}
