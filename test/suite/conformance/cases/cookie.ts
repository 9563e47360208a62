import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { decodeRecord } from '../../../../src/session/index.ts'
import { openClock } from '../clock.ts'
import { openSite } from '../site.ts'
import type { Suite } from '../suite.ts'

const near = (actual: number, expected: number) => Math.abs(actual - expected) <= 20_000
const yearMs = 365 * 86_400_000
// The cookie that a form is bound to before a login is another one, and no session.
const cookieOf = (response: Response) =>
  response.headers.getSetCookie().filter((cookie) => !/^(__Host-)?pre=/.test(cookie))
const expiresOf = (cookie = '') => Date.parse(/Expires=([^;]+)/.exec(cookie)?.[1] ?? '')

export function describeCookie(suite: () => Suite) {
  describe('a session cookie', () => {
    it('is not set, and nothing stored, for a visitor who writes nothing', async (test) => {
      let stored = 0
      const site = await openSite(test, suite(), {
        wrap: (backend) => ({
          ...backend,
          insert: async (session) => {
            // Of a counter of failures this is null: it is none.
            if (decodeRecord(session, { idleMs: yearMs, absoluteMs: yearMs })) stored++
            await backend.insert(session)
          },
        }),
      })
      const browser = site.open()
      for (const path of ['/', '/login', '/account', '/api/me', '/livez', '/readyz']) {
        assert.deepEqual(cookieOf(await browser.get(path)), [], path)
      }
      await browser.login({ username: 'alice', password: 'not her password' })
      assert.equal(stored, 0)
      assert.equal(browser.jar.has('id'), false)
    })

    it('is HttpOnly, SameSite=Lax and for the whole site, and ends with the browser', async (test) => {
      const site = await openSite(test, suite())
      const [cookie, ...more] = cookieOf(await site.open().login())
      assert.match(cookie ?? '', /^id=s%3A[\w%.-]+; Path=\/; HttpOnly; SameSite=Lax$/)
      assert.equal(more.length, 0)
    })

    it('is kept by the browser for the idle time when permanent', async (test) => {
      const site = await openSite(test, suite(), { env: { SESSION_PERMANENT: 'true' } })
      const [cookie] = cookieOf(await site.open().login())
      assert.ok(near(expiresOf(cookie), Date.now() + 1_800_000), cookie)
    })

    it('is __Host- and Secure in production, and only goes out over https', async (test) => {
      const env = { NODE_ENV: 'production', TRUST_PROXY: 'loopback' }
      const site = await openSite(test, suite(), { env })
      const [secure] = cookieOf(await site.open({ 'X-Forwarded-Proto': 'https' }).login())
      assert.match(secure ?? '', /^__Host-id=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
      const plain = await site.open().login()
      assert.equal(plain.status, 400)
      assert.deepEqual(cookieOf(plain), [])
      assert.deepEqual(site.events, ['insecure_transport'])
    })

    it('is sent again by a request that only reads, when permanent, and the session moves its end', async (test) => {
      const pass = openClock(test)
      const env = { SESSION_PERMANENT: 'true', SESSION_IDLE_SECONDS: '2000' }
      const site = await openSite(test, suite(), { env })
      const browser = site.open()
      const before = await suite().started(browser.login)
      pass(700_000)
      const response = await browser.get('/api/me')
      assert.ok(near(expiresOf(cookieOf(response)[0]), Date.now() + 2_000_000))
      // The end is moved before the last byte of the answer leaves.
      await response.text()
      const after = await suite().backend.read(before.id)
      assert.ok((after?.expires ?? 0) > before.expires)
      assert.equal(after?.data, before.data)
    })

    it('of an old secret is still taken, and signed again with the new one', async (test) => {
      const fresh = randomBytes(32).toString('base64url')
      const old = suite().env.SESSION_SECRETS
      const first = await openSite(test, suite())
      const both = await openSite(test, suite(), { env: { SESSION_SECRETS: `${fresh},${old}` } })
      const only = await openSite(test, suite(), { env: { SESSION_SECRETS: fresh } })
      const browser = first.open()
      await browser.login()
      assert.equal(await browser.copy(only.origin).me(), 401)
      const later = browser.copy(both.origin)
      assert.equal((await later.me()).user, 'alice')
      assert.notEqual(later.jar.get('id'), browser.jar.get('id'))
      assert.equal((await later.copy(only.origin).me()).user, 'alice')
      assert.deepEqual(cookieOf(await later.get('/api/me')), [])
    })
  })
}
