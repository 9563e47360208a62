import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import express from 'express'
import session from 'express-session'
import type { SessionBackend } from '../../src/session/backend.ts'
import { testBackend } from '../backend.ts'
import { openBrowser } from '../browser.ts'
import { openSite } from '../site.ts'
import type { Suite } from '../suite.ts'

interface BothOptions {
  maxAge?: number
  wrap?: (backend: SessionBackend) => SessionBackend
}

/** The site, which adopts, and a browser that is logged in at an app of the plain package. */
async function openBoth(
  test: TestContext,
  suite: Suite,
  { maxAge, wrap = (backend) => backend }: BothOptions = {},
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
  const env = { SESSION_ADOPT: '1' }
  const site = await openSite(test, suite, { env, wrap: () => wrap(backend) })
  return { id, store, browser: visitor.copy(site.origin), site }
}

export function describeAdoption(suite: () => Suite) {
  describe('a session of the plain package', () => {
    it('is taken over with SESSION_ADOPT=1, by the first request or by many at once', async (test) => {
      if (suite().lacks(test, 'adoption')) return
      const { id, store, browser } = await openBoth(test, suite())
      const answers = await Promise.all(Array.from({ length: 10 }, () => browser.copy().me()))
      for (const { user, note } of answers) {
        assert.deepEqual({ user, note }, { user: 'alice', note: 'from the plain package' })
      }
      assert.equal((await promisify(store.get).call(store, id)) ?? null, null)
      await browser.post('/api/note', { note: 'ours now' })
      assert.equal((await browser.me()).note, 'ours now')
      const kept = browser.copy()
      await browser.post('/logout')
      assert.equal(await kept.me(), 401)
    })

    it('stays logged out when the old app stores it again before the logout', async (test) => {
      if (suite().lacks(test, 'adoption')) return
      const { id, store, browser } = await openBoth(test, suite())
      const plain = await promisify(store.get).call(store, id)
      assert.equal((await browser.me()).user, 'alice')
      await promisify(store.set).call(store, id, plain as session.SessionData)
      const kept = browser.copy()
      await browser.post('/logout')
      assert.equal(await kept.me(), 401)
    })

    it('is not lost when it cannot be stored at once', async (test) => {
      if (suite().lacks(test, 'adoption')) return
      let failures = 1
      const { browser } = await openBoth(test, suite(), {
        wrap: (backend) => ({
          ...backend,
          insert: (stored) =>
            failures-- > 0 ? Promise.reject(new Error('full')) : backend.insert(stored),
        }),
      })
      assert.equal(await browser.me(), 503)
      assert.equal((await browser.me()).user, 'alice')
    })

    it('is none, as any other id, when the plain package has left nothing at all', async (test) => {
      if (suite().lacks(test, 'adoption')) return
      const env = { SESSION_ADOPT: `gone${randomBytes(4).toString('hex')}` }
      const backend = await suite().open(test, env)
      const site = await openSite(test, suite(), { env, wrap: () => backend })
      const stranger = (await openSite(test, suite())).open()
      await stranger.login()
      const there = stranger.copy(site.origin)
      await stranger.post('/logout')
      assert.equal(await there.me(), 401)
      assert.equal((await there.login()).status, 303)
    })

    it('that has expired is not', async (test) => {
      if (suite().lacks(test, 'adoption')) return
      const { browser } = await openBoth(test, suite(), { maxAge: 1 })
      assert.equal(await browser.me(), 401)
    })

    it('is none, as no cookie that somebody made up, without SESSION_ADOPT', async (test) => {
      if (suite().lacks(test, 'adoption')) return
      const { browser } = await openBoth(test, suite())
      const site = await openSite(test, suite())
      assert.equal(await browser.copy(site.origin).me(), 401)
      const stranger = browser.copy()
      stranger.jar.set('id', `s%3A${randomBytes(24).toString('base64url')}.bad`)
      assert.equal(await stranger.me(), 401)
    })
  })
}
