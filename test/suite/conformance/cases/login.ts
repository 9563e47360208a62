import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { httpError } from '../../../../src/session/index.ts'
import { signCookie } from '../browser.ts'
import { eventually } from '../clock.ts'
import { openSite } from '../site.ts'
import { alice, type Suite } from '../suite.ts'

export function describeLogin(suite: () => Suite) {
  describe('a login', () => {
    it('is remembered from one request to the next, and only for that visitor', async (test) => {
      const site = await openSite(test, suite())
      const browser = site.open()
      assert.equal((await browser.login()).status, 303)
      await browser.post('/api/note', { note: 'mine: ünïcödé 🦉' })
      assert.deepEqual(await browser.me(), { user: 'alice', note: 'mine: ünïcödé 🦉', visits: 0 })
      assert.equal(await site.open().me(), 401)
    })

    it('is refused with a wrong password or a name that nobody has', async (test) => {
      const site = await openSite(test, suite())
      for (const form of [
        { ...alice, password: 'a wrong password' },
        { ...alice, username: 'nobody' },
      ]) {
        const browser = site.open()
        assert.equal((await browser.login(form)).status, 401)
        assert.equal(await browser.me(), 401)
      }
    })

    it('changes the session id, and ends the session of the old one', async (test) => {
      const site = await openSite(test, suite())
      const browser = site.open()
      await browser.login()
      const old = browser.copy()
      await browser.login()
      assert.notEqual(browser.jar.get('id'), old.jar.get('id'))
      assert.equal(await old.me(), 401)
      assert.equal((await browser.me()).user, 'alice')
    })

    it('that is sent many times at once gives each a session of its own, and ends the one before', async (test) => {
      const site = await openSite(test, suite())
      const browser = site.open()
      await browser.login()
      const before = browser.copy()
      const browsers = Array.from({ length: 20 }, () => browser.copy())
      const answers = await Promise.all(browsers.map(({ login }) => login()))
      const statuses = answers.map(({ status }) => status)
      assert.ok(statuses.includes(303), `${statuses}`)
      const entered = browsers.filter((_, index) => statuses[index] === 303)
      for (const each of entered) assert.equal((await each.me()).user, 'alice')
      assert.equal(new Set(entered.map(({ jar }) => jar.get('id'))).size, entered.length)
      assert.equal(await before.me(), 401)
    })

    it('beside a logout of the same session leaves none but its own', async (test) => {
      const browser = (await openSite(test, suite())).open()
      await browser.login()
      const [before, leaving] = [browser.copy(), browser.copy()]
      const [entered, left] = await Promise.all([browser.login(), leaving.post('/logout')])
      assert.ok([303, 401].includes(entered.status), `${entered.status}`)
      assert.ok([303, 401, 403].includes(left.status), `${left.status}`)
      assert.equal(await before.me(), 401)
      if (entered.status === 303) assert.equal((await browser.me()).user, 'alice')
    })

    it('never adopts an id that the visitor brought', async (test) => {
      const site = await openSite(test, suite())
      const secret = suite().env.SESSION_SECRETS ?? ''
      const id = 'A'.repeat(32)
      const unsigned = [id, `s:${id}`, `s:${id}.bad`].map(encodeURIComponent)
      const signed = [id, '../x', 'a\r\nb'].map((each) => signCookie(each, secret))
      for (const value of [...unsigned, signCookie(id, 'x'.repeat(40)), ...signed]) {
        const browser = site.open()
        browser.jar.set('id', value)
        assert.equal(await browser.me(), 401, value)
        await browser.login()
        assert.ok(!browser.jar.get('id')?.includes(id), value)
        assert.equal((await browser.me()).user, 'alice')
      }
    })

    it('that was answered with a 503 leaves no session, though the store has taken it', async (test) => {
      const late: string[] = []
      const site = await openSite(test, suite(), {
        wrap: (backend) => ({
          ...backend,
          async insert(stored) {
            if (stored.owner === null) return backend.insert(stored)
            await backend.insert(stored)
            late.push(stored.id)
            throw httpError(503, 'session_store_unavailable', 'No answer')
          },
        }),
      })
      assert.equal((await site.open().login()).status, 503)
      const [id = ''] = late
      await eventually(async () => (await suite().backend.read(id)) === null, 'it is removed')
    })

    it('is stored before the redirect goes out, however slow the store', async (test) => {
      const site = await openSite(test, suite(), {
        wrap: (backend) => ({
          ...backend,
          insert: async (stored) => {
            await pause(300)
            await backend.insert(stored)
          },
        }),
      })
      const browser = site.open()
      await browser.login()
      assert.equal((await browser.me()).user, 'alice')
    })

    it('goes on to a page of this site only', async (test) => {
      const site = await openSite(test, suite())
      for (const next of [
        '//evil.test',
        'https://evil.test',
        '/\\evil.test',
        '/\t/evil.test',
        '/.//evil.test',
        '/a/..//evil.test',
        '/%2e//evil.test',
        'x',
      ]) {
        const response = await site.open().submit('/login', { ...alice, next })
        assert.equal(response.headers.get('location'), '/account', next)
      }
      const response = await site.open().submit('/login', { ...alice, next: '/account?tab=1' })
      assert.equal(response.headers.get('location'), '/account?tab=1')
    })
  })
}
