import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Browser } from '../browser.ts'
import { openSite } from '../site.ts'
import type { Suite } from '../suite.ts'

const env = { SESSION_MAX_PER_USER: '2' }

async function countAlive(browsers: Browser[]): Promise<number> {
  const answers = await Promise.all(browsers.map(({ me }) => me()))
  return answers.filter((me) => me.user === 'alice').length
}

export function describeLimit(suite: () => Suite) {
  describe('a user with as many sessions as the limit', () => {
    it('loses the oldest one by the next login', async (test) => {
      const site = await openSite(test, suite(), { env })
      const browsers = [site.open(), site.open(), site.open()]
      for (const browser of browsers) await browser.login()
      const [first, ...others] = browsers
      assert.equal(await first?.me(), 401)
      for (const browser of others) assert.equal((await browser.me()).user, 'alice')
    })

    it('has no more after many logins at the same moment, and is logged in', async (test) => {
      const site = await openSite(test, suite(), { env })
      const browsers = Array.from({ length: 8 }, () => site.open())
      await Promise.all(browsers.map(({ login }) => login()))
      const alive = await countAlive(browsers)
      assert.ok(alive === 1 || alive === 2, `${alive} sessions`)
    })

    it("has no more when a session becomes the user's without a login", async (test) => {
      const site = await openSite(test, suite(), { env })
      const browsers = [site.open(), site.open(), site.open()]
      for (const browser of browsers) {
        await browser.post('/probe/write', { note: 'of a visitor' })
        await browser.post('/probe/write', { user: 'alice' })
      }
      assert.equal(await browsers[0]?.me(), 401)
      assert.equal(await countAlive(browsers), 2)
    })

    it('loses none by a login that fails', async (test) => {
      const site = await openSite(test, suite(), { env })
      const broken = await openSite(test, suite(), {
        env,
        wrap: (backend) => ({ ...backend, insert: () => Promise.reject(new Error('full')) }),
      })
      const browsers = [site.open(), site.open()]
      for (const browser of browsers) await browser.login()
      assert.equal((await broken.open().login()).status, 503)
      assert.equal(await countAlive(browsers), 2)
    })
  })
}
