import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openBrowser } from '../browser.ts'
import { eventually } from '../clock.ts'
import { openProxy } from '../proxy.ts'
import { startServer } from '../server.ts'
import { openSite } from '../site.ts'
import type { Suite } from '../suite.ts'

export function describeRestart(suite: () => Suite) {
  describe('the process', () => {
    it('can be killed and started again, and its users are still logged in', async (test) => {
      if (suite().lacks(test, 'sharing')) return
      const first = await startServer(test, suite())
      const browser = openBrowser(first.origin)
      await browser.login()
      await browser.post('/api/note', { note: 'before the kill' })
      const gone = browser.copy()
      await browser.copy().post('/logout')
      await browser.login()
      await browser.post('/api/note', { note: 'before the kill' })
      await first.end('SIGKILL')
      const second = await startServer(test, suite())
      assert.equal((await browser.copy(second.origin).me()).note, 'before the kill')
      assert.equal(await gone.copy(second.origin).me(), 401)
      assert.equal(await second.end('SIGTERM'), 0)
    })

    it('can be killed while it writes: what it acknowledged is there, and nothing stays locked', async (test) => {
      if (suite().lacks(test, 'sharing')) return
      const first = await startServer(test, suite())
      const browser = openBrowser(first.origin)
      await browser.login()
      await browser.me()
      let acknowledged = 0
      const writing = Array.from({ length: 20 }, async () => {
        const { status } = await browser.post('/api/visits')
        assert.equal(status, 200)
        acknowledged++
      })
      await Promise.race(writing)
      await first.end('SIGKILL')
      await Promise.allSettled(writing)
      const second = await startServer(test, suite())
      const there = browser.copy(second.origin)
      const { visits } = await there.me()
      assert.ok(visits >= acknowledged, `${visits} of ${acknowledged}`)
      const write = async () => (await there.post('/api/visits')).status === 200
      await eventually(write, 'it can be written')
      assert.equal((await there.copy().login()).status, 303)
    })

    it('shares its sessions with others, logouts too', async (test) => {
      if (suite().lacks(test, 'sharing')) return
      const one = await startServer(test, suite())
      const two = await startServer(test, suite())
      const browser = openBrowser(one.origin)
      await browser.login()
      const there = browser.copy(two.origin)
      assert.equal((await there.me()).user, 'alice')
      await browser.post('/logout')
      assert.equal(await there.me(), 401)
      await Promise.all([one.end('SIGTERM'), two.end('SIGTERM')])
    })

    it('ends by itself on SIGTERM, at once and with code 0', async (test) => {
      const server = await startServer(test, suite())
      const browser = openBrowser(server.origin)
      await browser.login()
      const began = Date.now()
      assert.equal(await server.end('SIGTERM'), 0)
      assert.ok(Date.now() - began < 5000, `${Date.now() - began} ms`)
    })

    it('ends as soon on SIGTERM when its server has stopped', async (test) => {
      if (suite().lacks(test, 'server')) return
      const proxy = await openProxy(suite().env.SESSION_STORE_URL ?? '')
      test.after(proxy.close)
      const env = { SESSION_STORE_URL: proxy.url, SESSION_STORE_TIMEOUT_MS: '400' }
      const direct = (await openSite(test, suite())).open()
      await direct.login()
      const server = await startServer(test, suite(), env)
      const browser = direct.copy(server.origin)
      await eventually(async () => (await browser.me()).user === 'alice', 'the server is reached')
      await proxy.freeze()
      assert.equal(await browser.me(), 503)
      const began = Date.now()
      assert.equal(await server.end('SIGTERM'), 0)
      assert.ok(Date.now() - began < 5000, `${Date.now() - began} ms`)
    })
  })
}
