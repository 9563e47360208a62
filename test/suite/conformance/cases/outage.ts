import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openBehindProxy } from '../behind-proxy.ts'
import { openBrowser } from '../browser.ts'
import { eventually } from '../clock.ts'
import { openProxy } from '../proxy.ts'
import { startServer } from '../server.ts'
import { openSite } from '../site.ts'
import type { Suite } from '../suite.ts'

const timeoutMs = 400
// Below what drivers have as their own limits, and more than a busy machine needs.
const patienceMs = 8000

export function describeOutage(suite: () => Suite) {
  const faults = {
    'that nobody listens at': 'refuse',
    'that has stopped': 'freeze',
    'that hangs up when it is asked': 'drop',
  } as const

  describe('a server', () => {
    for (const [fault, break_] of Object.entries(faults)) {
      it(`${fault} is a 503 in time, and the session is there again when the server is`, async (test) => {
        if (suite().lacks(test, 'server')) return
        const { proxy, browser } = await openBehindProxy(test, suite(), timeoutMs)
        await proxy[break_]()
        for (const ask of [browser.me, browser.login, browser.me]) {
          const began = Date.now()
          const answer = await ask()
          assert.equal(typeof answer === 'number' ? answer : answer.status, 503)
          assert.ok(Date.now() - began < patienceMs, `${Date.now() - began} ms`)
        }
        for (const path of ['/', '/login', '/livez']) {
          assert.equal((await browser.get(path)).status, 200, path)
        }
        assert.equal((await browser.get('/readyz')).status, 503)

        await proxy.heal()
        await eventually(async () => (await browser.me()).note === 'from before', 'it is found')
        const write = async () => (await browser.post('/api/note', { note: 'after' })).status
        await eventually(async () => (await write()) === 200, 'it is written to')
        await eventually(async () => (await browser.get('/readyz')).status === 200, 'it is ready')
      })
    }

    it('whose connections have gone silent is connected to anew, while requests go on', async (test) => {
      if (suite().lacks(test, 'server')) return
      const { proxy, browser } = await openBehindProxy(test, suite(), 4000)
      await Promise.all(Array.from({ length: 20 }, () => browser.copy().me()))
      await proxy.forget()
      assert.equal(await browser.me(), 503)
      // What asks all the time may keep a silent connection looking busy.
      const asking = setInterval(() => browser.get('/readyz').catch(() => {}), 200)
      test.after(() => clearInterval(asking))
      await eventually(async () => (await browser.me()).user === 'alice', 'it is found', 60)
      for (let round = 0; round < 20; round++) assert.equal((await browser.me()).user, 'alice')
    })

    it('that is away when the app starts is waited for, and the app serves what it can', async (test) => {
      if (suite().lacks(test, 'server')) return
      const proxy = await openProxy(suite().env.SESSION_STORE_URL ?? '')
      test.after(proxy.close)
      const site = await openSite(test, suite())
      const browser = site.open()
      await browser.login()
      await proxy.refuse()
      const server = await startServer(test, suite(), {
        SESSION_STORE_URL: proxy.url,
        SESSION_STORE_TIMEOUT_MS: String(timeoutMs),
      })
      const there = browser.copy(server.origin)
      for (const path of ['/', '/login', '/livez']) {
        assert.equal((await there.get(path)).status, 200, path)
      }
      assert.equal((await there.get('/readyz')).status, 503)
      assert.equal(await there.me(), 503)
      await proxy.heal()
      await eventually(async () => (await there.me()).user === 'alice', 'its sessions are found')
      const other = openBrowser(server.origin)
      await eventually(async () => (await other.login()).status === 303, 'one can log in')
      assert.equal(await server.end('SIGTERM'), 0)
      assert.doesNotMatch(server.lines.join('\n'), /unhandled|uncaught/i)
    })
  })
}
