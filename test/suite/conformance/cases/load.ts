import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openClock } from '../clock.ts'
import { openSite } from '../site.ts'
import type { Suite } from '../suite.ts'

export function describeLoad(suite: () => Suite) {
  describe('under load', () => {
    it('counts exactly as many visits as it has answered with 200, of 100 at once', async (test) => {
      const site = await openSite(test, suite())
      const browser = site.open()
      await browser.login()
      const visits = Array.from({ length: 100 }, () => browser.copy().post('/api/visits'))
      const counted = (await Promise.all(visits)).filter(({ status }) => status === 200).length
      assert.equal((await browser.me()).visits, counted)
      assert.equal(counted, 100)
    })

    it('loses no write of 40, each beside five reads', async (test) => {
      const pass = openClock(test)
      const site = await openSite(test, suite(), { env: { SESSION_IDLE_SECONDS: '1000' } })
      const browser = site.open()
      await browser.login()
      for (let round = 0; round < 40; round++) {
        const note = `round ${round}`
        // Each round moves the end of the session.
        pass(110_000)
        const [written, ...read] = await Promise.all([
          browser.copy().post('/api/note', { note }),
          ...Array.from({ length: 5 }, () => browser.copy().get('/api/me')),
        ])
        assert.equal(written.status, 200)
        for (const { status } of read) assert.equal(status, 200)
        assert.equal((await browser.me()).note, note)
      }
    })
  })
}
