import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { openSite } from '../site.ts'
import type { Suite } from '../suite.ts'

export function describeChange(suite: () => Suite) {
  describe('changes', () => {
    it('to different fields at the same time are all kept', async (test) => {
      const one = await openSite(test, suite())
      const two = await openSite(test, suite())
      const browser = one.open()
      await browser.login()
      const writes = Array.from({ length: 20 }, (_, index) => {
        const site = index % 2 === 0 ? one : two
        return browser.copy(site.origin).post('/probe/write', { [`field${index}`]: index })
      })
      for (const response of await Promise.all(writes)) assert.equal(response.status, 200)
      const fields = await (await browser.get('/probe/fields')).json()
      const expected = Array.from({ length: 20 }, (_, index) => [`field${index}`, index])
      assert.deepEqual(fields, Object.fromEntries(expected))
    })

    it('by a count are all counted, from any number of requests and processes', async (test) => {
      const one = await openSite(test, suite())
      const two = await openSite(test, suite())
      const browser = one.open()
      await browser.login()
      const counts = Array.from({ length: 40 }, (_, index) =>
        browser.copy(index % 2 === 0 ? one.origin : two.origin).post('/api/visits'),
      )
      const answers = await Promise.all(counts)
      const counted = answers.filter(({ status }) => status === 200).length
      assert.equal((await browser.me()).visits, counted)
      assert.equal(counted, 40)
    })

    it('made while a count is under way are kept too', async (test) => {
      const site = await openSite(test, suite())
      const browser = site.open()
      await browser.login()
      await browser.post('/probe/update-and-note')
      const { note, visits } = await browser.me()
      assert.deepEqual({ note, visits }, { note: 'noted meanwhile', visits: 1 })
    })

    it('by counts that one request makes at once are all counted, beside those of others', async (test) => {
      const site = await openSite(test, suite(), {
        // Slow enough that the counts overlap.
        wrap: (backend) => ({
          ...backend,
          replace: async (stored, rev) => {
            await pause(20)
            return backend.replace(stored, rev)
          },
        }),
      })
      const browser = site.open()
      await browser.login()
      const twice = Array.from({ length: 5 }, () => browser.copy().post('/probe/update-twice'))
      const others = Array.from({ length: 5 }, () => browser.copy().post('/api/visits'))
      for (const { status } of await Promise.all([...twice, ...others])) assert.equal(status, 200)
      const { note, visits } = await browser.me()
      assert.deepEqual({ note, visits }, { note: 'saved between', visits: 15 })
    })

    it('are stored before a streamed answer starts, and the stream arrives whole', async (test) => {
      const site = await openSite(test, suite())
      const browser = site.open()
      await browser.login()
      assert.equal(await (await browser.post('/probe/stream')).text(), 'one,two,three')
      assert.equal((await browser.me()).note, 'streamed')
    })
  })
}
