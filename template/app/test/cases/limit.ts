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

async function endAll({ backend }: Suite) {
  for (const { id } of await backend.owned('alice')) await backend.remove(id)
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

    it('gets no more where new ones are denied, and keeps each that was answered well', async (test) => {
      const site = await openSite(test, suite(), {
        env: { ...env, SESSION_LIMIT_POLICY: 'deny-new' },
      })
      await endAll(suite())
      const browsers = Array.from({ length: 8 }, () => site.open())
      const answers = await Promise.all(browsers.map(({ login }) => login()))
      const well = browsers.filter((_browser, index) => answers[index]?.status === 303)
      for (const { status } of answers) assert.ok([303, 409].includes(status), `${status}`)
      assert.ok(well.length <= 2, `${well.length} sessions`)
      assert.equal(await countAlive(well), well.length)
      while ((await suite().backend.owned('alice')).length < 2) await site.open().login()
      const refused = site.open()
      const answer = await refused.login()
      assert.equal(answer.status, 409)
      assert.deepEqual(
        answer.headers.getSetCookie().filter((cookie) => cookie.startsWith('id=')),
        [],
      )
      assert.equal(await refused.me(), 401)
      assert.equal(await countAlive(well), well.length)
      // Who is in already may log in again: the one session takes the other's place.
      const [first] = well
      if (first) assert.equal((await first.login()).status, 303)
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
