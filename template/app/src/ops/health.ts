import { Router } from 'express'

export interface Readiness {
  /** Whether the process is about to end and wants no new requests. */
  draining: boolean
}

/** `/livez` says that the process runs; `/readyz`, that it can serve: neither touches a session. */
export function createHealth(ping: () => Promise<void>, readiness: Readiness): Router {
  const router = Router()
  router.get('/livez', (_req, res) => {
    res.set('Cache-Control', 'no-store').json({ status: 'ok' })
  })
  router.get('/readyz', async (_req, res) => {
    const ready =
      !readiness.draining &&
      (await ping().then(
        () => true,
        () => false,
      ))
    if (!ready) res.set('Retry-After', '1')
    res
      .status(ready ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json({ status: ready ? 'ok' : 'unavailable' })
  })
  return router
}
