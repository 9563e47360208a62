import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { openSite } from '../site.ts'
import type { Suite } from '../suite.ts'

const fresh = randomBytes(32).toString('base64url')

/** Every way to set what changes how a session is kept: cookie, format, secrets. */
const combinations = ['true', 'false'].flatMap((permanent) =>
  ['json', 'msgpack'].flatMap((format) =>
    ['one secret', 'a new secret before the old'].map((secrets) => ({
      permanent,
      format,
      secrets,
    })),
  ),
)

export function describeOptions(suite: () => Suite) {
  describe('a session is the same', () => {
    for (const { permanent, format, secrets } of combinations) {
      it(`with SESSION_PERMANENT=${permanent}, SESSION_FORMAT=${format} and ${secrets}`, async (test) => {
        const old = suite().env.SESSION_SECRETS ?? ''
        const options = {
          SESSION_PERMANENT: permanent,
          SESSION_FORMAT: format,
          SESSION_SECRETS: secrets === 'one secret' ? old : `${fresh},${old}`,
        }
        const defaults = await openSite(test, suite())
        const site = await openSite(test, suite(), { env: options })

        // One that began with the default settings goes on with these, and the other way round.
        const before = defaults.open()
        await before.login()
        await before.post('/api/note', { note: 'from before' })
        const here = before.copy(site.origin)
        const { note, user } = await here.me()
        assert.deepEqual({ note, user }, { note: 'from before', user: 'alice' })

        const browser = site.open()
        const { expires } = await suite().started(async () => {
          const [cookie = ''] = (await browser.login()).headers.getSetCookie()
          assert.equal(/; Expires=/.test(cookie), permanent === 'true', cookie)
        })
        const idle = expires - Date.now()
        assert.ok(idle >= 1_799_000 && idle <= 1_981_000, `${idle} ms`)

        const value = { list: [1.5, null, { deep: 'ünïcödé 🦉 \u0000' }], flag: true }
        await browser.post('/probe/write', { value })
        const { value: kept } = await (await browser.get('/probe/fields')).json()
        assert.deepEqual(kept, value)
        const counts = Array.from({ length: 10 }, () => browser.copy().post('/api/visits'))
        for (const { status } of await Promise.all(counts)) assert.equal(status, 200)
        assert.equal((await browser.me()).visits, 10)

        const copy = browser.copy()
        await browser.login()
        assert.equal(await copy.me(), 401)
        const gone = browser.copy()
        await browser.post('/logout')
        assert.equal(await gone.me(), 401)
      })
    }
  })
}
