import { Router } from 'express'

/** `/livez` says that the process runs; `/readyz`, that it can serve, for none of the checks throws: neither touches a session. */
export function createHealth(
  checks: (() => Promise<unknown>)[],
  isDraining: () => boolean,
): Router {
  const router = Router()

  router.get('/livez', (_req, res) => {
    res.set('Cache-Control', 'no-store').json({ status: 'ok' })
  })

  router.get('/readyz', async (_req, res) => {
    const isReady = !isDraining() && (await succeed(checks))
    if (!isReady) res.set('Retry-After', '1')
    res.status(isReady ? 200 : 503).set('Cache-Control', 'no-store')
    res.json({ status: isReady ? 'ok' : 'unavailable' })
  })

  return router
}

const succeed = (checks: (() => Promise<unknown>)[]) =>
  Promise.all(checks.map((check) => check())).then(
    () => true,
    () => false,
  )
