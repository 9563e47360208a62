import { Router } from 'express'

/** `/livez` says that the process runs; `/readyz`, that it can serve: neither touches a session. */
export function createHealth(ping: () => Promise<void>, isDraining: () => boolean): Router {
  const router = Router()

  router.get('/livez', (_req, res) => {
    res.set('Cache-Control', 'no-store').json({ status: 'ok' })
  })

  router.get('/readyz', async (_req, res) => {
    const isReady = !isDraining() && (await succeeds(ping()))
    if (!isReady) res.set('Retry-After', '1')
    res.status(isReady ? 200 : 503).set('Cache-Control', 'no-store')
    res.json({ status: isReady ? 'ok' : 'unavailable' })
  })

  return router
}

const succeeds = (work: Promise<void>) =>
  work.then(
    () => true,
    () => false,
  )
