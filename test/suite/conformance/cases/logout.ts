import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openClock } from '../clock.ts'
import { openSite } from '../site.ts'
import type { Suite } from '../suite.ts'

export function describeLogout(suite: () => Suite) {
  describe('a logout', () => {
    it('ends the session, and takes the cookie back as it was set', async (test) => {
      const site = await openSite(test, suite())
      const browser = site.open()
      const { id } = await suite().started(browser.login)
      const response = await browser.post('/logout')
      assert.equal(response.status, 303)
      assert.match(
        response.headers.getSetCookie()[0] ?? '',
        /^id=; Path=\/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax$/,
      )
      assert.equal(await suite().backend.read(id), null)
    })

    it('holds, even for a kept cookie', async (test) => {
      const site = await openSite(test, suite())
      const browser = site.open()
      await browser.login()
      const kept = browser.copy()
      await browser.post('/logout')
      for (let round = 0; round < 3; round++) assert.equal(await kept.me(), 401)
      assert.equal(
        (await kept.get('/account')).headers.get('location'),
        '/login?next=%2Faccount&ended',
      )
    })

    it('leads the forms of another tab to the login, and programs to a 401', async (test) => {
      const site = await openSite(test, suite())
      const page = site.open({ Accept: 'text/html' })
      await page.login()
      const kept = page.copy()
      await page.post('/logout')
      for (const path of ['/api/note', '/api/visits']) {
        const form = await kept.submit(path, {})
        assert.equal(form.status, 303, path)
        assert.equal(form.headers.get('location'), '/login?next=%2Faccount&ended')
        assert.deepEqual(await (await kept.post(path)).json(), { error: 'unauthenticated' })
      }
    })

    it('is no link: GET is refused and the session lives on', async (test) => {
      const site = await openSite(test, suite())
      const browser = site.open()
      await browser.login()
      assert.equal((await browser.get('/logout')).status, 405)
      assert.equal((await browser.me()).user, 'alice')
    })

    it('is not undone by a request that writes afterwards, which learns that the session ended', async (test) => {
      const site = await openSite(test, suite())
      const browser = site.open()
      await browser.login()
      const slow = browser.copy()
      const writing = slow.post('/probe/slow-write/one')
      await site.gates.arrived('one')
      await browser.post('/logout')
      site.gates.open('one')
      const response = await writing
      assert.equal(response.status, 401)
      assert.deepEqual(await response.json(), { error: 'session_ended' })
      assert.deepEqual(response.headers.getSetCookie(), [])
      assert.equal(await slow.me(), 401)
    })

    it('is not undone by requests that read, and does not cut them off', async (test) => {
      const pass = openClock(test)
      const site = await openSite(test, suite(), { env: { SESSION_IDLE_SECONDS: '1000' } })

      async function race(round: number) {
        const bytes = round === 0 ? 20 * 1024 * 1024 : 1024
        const gate = String(round)
        const browser = site.open()
        await browser.login()
        const kept = browser.copy()
        const reading = Array.from({ length: 5 }, () =>
          kept.get(`/probe/slow-read/${gate}/${bytes}`),
        )
        await site.gates.arrived(gate, 5)
        // A read that ends after a tenth of the idle time moves the end of the session.
        pass(150_000)
        await Promise.all([browser.post('/logout'), site.gates.open(gate)])
        for (const response of await Promise.all(reading)) {
          assert.equal(response.status, 200)
          assert.equal((await response.arrayBuffer()).byteLength, bytes)
        }
        assert.equal(await kept.me(), 401)
      }

      for (let round = 0; round < 25; round++) await race(round)
    })
  })
}
