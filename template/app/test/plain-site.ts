import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import express from 'express'
import session from 'express-session'
import { testBackend } from './backend.ts'
import { openBrowser } from './browser.ts'
import { openSite, type SiteOptions } from './site.ts'
import type { Suite } from './suite.ts'

interface BothOptions extends SiteOptions {
  /** Of the cookie of the plain package, in ms. */
  maxAge?: number
}

/** The site, which adopts, and a browser that is logged in at an app of the plain package. */
export async function openBoth(
  test: TestContext,
  suite: Suite,
  { maxAge, env: changes, wrap = (backend) => backend, ...options }: BothOptions = {},
) {
  assert.ok(testBackend.openPlain, 'test/backend.ts opens the plain package')
  const { store, close } = await testBackend.openPlain(suite.env.SESSION_STORE_URL ?? '')
  test.after(close)
  const plain = express()
  const secret = suite.env.SESSION_SECRETS ?? ''
  const cookie = maxAge ? { maxAge } : {}
  plain.use(
    session({ store, secret, name: 'id', resave: false, saveUninitialized: false, cookie }),
    (req, res) => {
      Object.assign(req.session, { user: 'alice', note: 'from the plain package' })
      res.json({ id: req.sessionID })
    },
  )
  const server = plain.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  test.after(() => server.close())
  const { port } = server.address() as { port: number }
  const visitor = openBrowser(`http://127.0.0.1:${port}`)
  const { id } = await (await visitor.get('/')).json()
  const backend = await suite.open(test, { SESSION_ADOPT: '1' })
  const env = { SESSION_ADOPT: '1', ...changes }
  const site = await openSite(test, suite, { ...options, env, wrap: () => wrap(backend) })
  return { id, store, browser: visitor.copy(site.origin), site }
}
