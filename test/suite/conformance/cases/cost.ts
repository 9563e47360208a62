import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { changeTakes, operation } from '../../store/operations.ts'
import { openProxy } from '../proxy.ts'
import { openSite } from '../site.ts'
import type { Suite } from '../suite.ts'

/** Calls that clients make by themselves, now and then. */
const ofTheClient = /^(ping|hello|ismaster)$/i

/** A site, and how many operations the server was sent while something was done. */
async function openMeter(test: TestContext, suite: Suite) {
  const proxy = await openProxy(suite.env.SESSION_STORE_URL ?? '')
  test.after(proxy.close)
  const backend = await suite.open(test, { SESSION_STORE_URL: proxy.url })
  const site = await openSite(test, suite, { wrap: () => backend })
  const pattern = operation
  assert.ok(pattern, 'test/suite/store/operations.ts says what an operation looks like')

  return {
    site,
    async operations(act: () => Promise<unknown>): Promise<string[]> {
      const before = proxy.sent().length
      await act()
      const sent = proxy.sent().slice(before)
      return [...sent.matchAll(pattern)]
        .map(([, name = '']) => name)
        .filter((name) => !ofTheClient.test(name))
    },
  }
}

export function describeCost(suite: () => Suite) {
  describe('what a request costs, counted in what is sent to the server', () => {
    it('is nothing without a cookie, one operation for a session, and one more for a change', async (test) => {
      if (suite().lacks(test, 'server')) return
      const { site, operations } = await openMeter(test, suite())
      const browser = site.open()
      await browser.login()
      // The first write of a connection may teach the server a script or a statement.
      await browser.post('/api/note', { note: 'first' })

      const visitor = site.open()
      const free = await operations(async () => {
        for (const path of ['/', '/login', '/account', '/api/me']) await visitor.get(path)
      })
      assert.deepEqual(free, [])
      for (const path of ['/api/me', '/account']) {
        const reading = await operations(() => browser.get(path))
        assert.equal(reading.length, 1, `${path}: ${reading}`)
      }
      const changing = await operations(() => browser.post('/api/note', { note: 'second' }))
      assert.equal(changing.length, changeTakes, changing.join())
      const same = await operations(() => browser.post('/api/note', { note: 'second' }))
      assert.equal(same.length, 1, `nothing changed: ${same}`)
    })
  })
}
