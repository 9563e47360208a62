import type { Request, RequestHandler } from 'express'

const arrivals = new WeakMap<Request, number>()

/** Notes when a request came, for what is judged only after its body was read; mount it first. */
export const noteArrival: RequestHandler = (req, _res, next) => {
  arrivals.set(req, Date.now())
  next()
}

/** When a request came, in ms since the epoch; now where nobody noted it. */
export function arrivalOf(req: Request): number {
  return arrivals.get(req) ?? Date.now()
}
