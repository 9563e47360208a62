import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { openBehindProxy } from '../conformance/behind-proxy.ts'
import { eventually } from '../conformance/clock.ts'
import { type Suite, startSuite } from '../conformance/suite.ts'
import { openRefusing } from './refusing.ts'

const timeoutMs = 1000

describe('a table whose writes are throttled', () => {
  let suite: Suite
  before(async () => {
    suite = await startSuite()
  })
  after(() => suite?.stop())

  for (const error of ['ProvisionedThroughputExceededException', 'ThrottlingException']) {
    it(`by ${error} is read from, and written to when that is over`, async (test) => {
      const { proxy, browser, site } = await openBehindProxy(test, suite, timeoutMs)
      const url = String(suite.env.SESSION_STORE_URL)
      await proxy.switchTo(await openRefusing(test, url, error))
      await proxy.reset()
      for (let round = 0; round < 8; round++) {
        const answer = await browser.copy().post('/api/note', { note: 'throttled' })
        assert.equal(answer.status, 503)
        assert.match(answer.headers.get('retry-after') ?? '', /^[1-5]$/)
        const stranger = site.open()
        assert.equal((await stranger.login()).status, 503)
        assert.equal(stranger.jar.get('id'), undefined)
      }
      await eventually(async () => (await browser.me()).note === 'from before', 'it is read')
      // Two tries within the limit of a call, and three calls of a request.
      assert.ok(browser.answers.slowestMs < 10 * timeoutMs, `${browser.answers.slowestMs} ms`)
      await proxy.switchTo(url)
      const write = async () => (await browser.post('/api/note', { note: 'after' })).status
      await eventually(async () => (await write()) === 200, 'it is written to')
      assert.equal((await browser.me()).note, 'after')
    })
  }
})
