import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openClock } from '../clock.ts'
import { openSite } from '../site.ts'
import type { Suite } from '../suite.ts'

export function describeLifetime(suite: () => Suite) {
  describe('the end of a session on the server', () => {
    for (const permanent of ['true', 'false']) {
      it(`is an idle time away, with SESSION_PERMANENT=${permanent}`, async (test) => {
        const site = await openSite(test, suite(), { env: { SESSION_PERMANENT: permanent } })
        const browser = site.open()
        const { expires } = await suite().started(browser.login)
        const idle = expires - Date.now()
        assert.ok(idle >= 1_799_000 && idle <= 1_981_000, `${idle} ms`)
      })
    }

    for (const minutes of [-40, 40]) {
      it(`does not go by the clock of the server, which is ${minutes} minutes off`, async (test) => {
        openClock(test)(-minutes * 60_000)
        const browser = (await openSite(test, suite())).open()
        assert.equal((await browser.login()).status, 303)
        assert.equal((await browser.post('/api/note', { note: 'kept' })).status, 200)
        assert.equal((await browser.me()).note, 'kept')
      })
    }

    it('is moved once by requests at the same moment, and again a tenth later', async (test) => {
      const pass = openClock(test)
      let moves = 0
      const site = await openSite(test, suite(), {
        env: { SESSION_IDLE_SECONDS: '1200' },
        wrap: (backend) => ({
          ...backend,
          touch: (id, expires) => {
            moves++
            return backend.touch(id, expires)
          },
        }),
      })
      const browser = site.open()
      const before = await suite().started(browser.login)
      const askAll = () => Promise.all(Array.from({ length: 20 }, () => browser.copy().me()))
      for (const round of [1, 2]) {
        pass(130_000)
        for (const { user } of await askAll()) assert.equal(user, 'alice')
        assert.equal(moves, round)
      }
      const after = await suite().backend.read(before.id)
      assert.ok((after?.expires ?? 0) >= before.expires + 250_000)
    })
  })

  describe('a session', () => {
    it('ends when it is not used for the idle time, and lives on while it is used', async (test) => {
      const pass = openClock(test)
      const site = await openSite(test, suite(), { env: { SESSION_IDLE_SECONDS: '2000' } })
      const used = site.open()
      const unused = site.open()
      await used.login()
      await unused.login()
      for (let step = 0; step < 6; step++) {
        pass(1_000_000)
        assert.equal((await used.me()).user, 'alice', `after ${step + 1} thousand s`)
      }
      assert.equal(await unused.me(), 401)
      pass(2_600_000)
      assert.equal(await used.me(), 401)
    })

    it('ends at the absolute limit, however much it is used', async (test) => {
      const pass = openClock(test)
      const env = { SESSION_IDLE_SECONDS: '2000', SESSION_ABSOLUTE_SECONDS: '4000' }
      const site = await openSite(test, suite(), { env })
      const browser = site.open()
      await browser.login()
      for (let step = 0; step < 7; step++) {
        assert.equal((await browser.me()).user, 'alice')
        pass(500_000)
      }
      pass(500_000)
      assert.equal(await browser.me(), 401)
    })

    it('outlives the first end of its cookie, and a save by hand after that', async (test) => {
      const pass = openClock(test)
      const env = { SESSION_PERMANENT: 'true', SESSION_IDLE_SECONDS: '2000' }
      const site = await openSite(test, suite(), { env })
      const browser = site.open()
      await browser.login()
      for (let step = 0; step < 3; step++) {
        pass(1_000_000)
        const { maxAge } = await (await browser.get('/probe/read')).json()
        assert.ok(maxAge > 0 && maxAge <= 2_000_000, `${maxAge} ms`)
      }
      assert.equal((await browser.post('/probe/save')).status, 200)
      assert.equal((await browser.me()).note, 'saved by hand')
    })
  })
}
