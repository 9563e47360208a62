import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openSite } from '../site.ts'
import type { Suite } from '../suite.ts'

export function describeFormat(suite: () => Suite) {
  describe('the format of sessions', () => {
    it('can be changed, forth and back, and everybody stays logged in', async (test) => {
      const json = await openSite(test, suite(), { env: { SESSION_FORMAT: 'json' } })
      const msgpack = await openSite(test, suite(), { env: { SESSION_FORMAT: 'msgpack' } })
      const browser = json.open()
      const { id, data } = await suite().started(browser.login)
      assert.equal(data.startsWith('{'), true)
      for (const [round, site] of [msgpack, json, msgpack].entries()) {
        const there = browser.copy(site.origin)
        assert.equal((await there.me()).user, 'alice')
        const note = `ünïcödé 🦉 ${round}`
        await there.post('/api/note', { note })
        assert.equal((await browser.me()).note, note)
        const stored = await suite().backend.read(id)
        assert.equal(stored?.data.startsWith('{'), site === json)
      }
    })
  })
}
