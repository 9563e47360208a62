import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openSite } from '../site.ts'
import type { Suite } from '../suite.ts'

export function describeAnswer(suite: () => Suite) {
  describe('an answer that changes the session', () => {
    it('is the first one that the handler gives, with its own status', async (test) => {
      const site = await openSite(test, suite())
      const browser = site.open()
      await browser.login()
      const response = await browser.post('/probe/answer-twice')
      assert.equal(response.status, 201)
      assert.deepEqual(await response.json(), { answer: 'first' })
    })

    it('is given, and stored, though the handler throws afterwards', async (test) => {
      const site = await openSite(test, suite())
      const browser = site.open()
      await browser.login()
      const response = await browser.post('/probe/answer-and-throw')
      assert.equal(response.status, 200)
      assert.deepEqual(await response.json(), { answer: 'given' })
      assert.equal((await browser.me()).note, 'answered')
    })

    it('is a 500, and the session goes on, when it cannot be sent', async (test) => {
      const site = await openSite(test, suite())
      const browser = site.open()
      await browser.login()
      assert.equal((await browser.post('/probe/bad-chunk')).status, 500)
      assert.equal((await browser.me()).user, 'alice')
    })

    it('sends no head before the save, even when the handler asks for that', async (test) => {
      const site = await openSite(test, suite(), { env: { SESSION_MAX_BYTES: '1024' } })
      const browser = site.open()
      await browser.login()
      assert.equal((await browser.post('/probe/flush')).status, 413)
    })

    it('has the head that the handler wrote, to the letter', async (test) => {
      const site = await openSite(test, suite())
      const browser = site.open()
      await browser.login()
      const names = await browser.headerNames('/probe/capitals')
      assert.deepEqual(
        names.filter((name) => /^x-(two|small)/i.test(name)),
        ['X-Two-Words', 'x-small'],
      )
    })

    for (const body of [
      '{"save": 1, "a": 1}',
      '{"save": 1}',
      '{"toJSON": 1}',
      '{"touch": 1}',
      '{"constructor": 1}',
      '{"__proto__": {"x": 1}}',
      '{"__proto__": {"x": 1}, "a": 1}',
      '{"nested": {"__proto__": 1}}',
    ]) {
      it(`is an error, and no hang or loss, for fields that no session can have: ${body}`, async (test) => {
        const site = await openSite(test, suite())
        const browser = site.open()
        await browser.login()
        assert.equal((await browser.post('/probe/write', JSON.parse(body))).status, 500)
        assert.equal((await browser.me()).user, 'alice')
      })
    }
  })
}
