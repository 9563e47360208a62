import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Browser } from '../browser.ts'
import { openSite } from '../site.ts'
import type { Suite } from '../suite.ts'

const openRotating = (test: TestContext, suite: Suite) => openSite(test, suite, { rotateMs: 1000 })

/** Waits until the id of a session is due for another, which the next answer offers. */
const untilDue = () => pause(1100)

async function rotate(browser: Browser) {
  const before = browser.jar.get('id')
  await untilDue()
  await browser.me()
  assert.notEqual(browser.jar.get('id'), before)
  await browser.me()
}

export function describeRotation(suite: () => Suite) {
  describe('a session whose id is rotated', () => {
    it('goes on under another id, as do requests that still bring the one before', async (test) => {
      const site = await openRotating(test, suite())
      const browser = site.open()
      const { id } = await suite().started(browser.login)
      await browser.post('/api/note', { note: 'goes along' })
      const old = browser.copy()
      await rotate(browser)
      const status = (await old.post('/api/visits')).status
      assert.deepEqual([status, old.jar.get('id') === browser.jar.get('id')], [200, false])
      assert.deepEqual(await browser.me(), await old.me())
      assert.equal((await browser.me()).note, 'goes along')
      assert.equal((await suite().backend.read(id))?.owner, 'alice')
      await rotate(browser)
      assert.equal((await browser.post('/api/note', { note: 'and on' })).status, 200)
      assert.equal((await browser.post('/logout')).status, 303)
      assert.equal(await suite().backend.read(id), null)
    })

    it('gets one and the same id by all answers, so that those which are lost do no harm', async (test) => {
      const site = await openRotating(test, suite())
      const browser = site.open()
      await browser.login()
      await untilDue()
      const tabs = Array.from({ length: 8 }, () => browser.copy())
      await Promise.all(tabs.map((tab) => tab.me()))
      await browser.me()
      const ids = new Set([browser, ...tabs].map(({ jar }) => jar.get('id')))
      assert.equal(ids.size, 1)
      for (const answer of await Promise.all(tabs.map((tab) => tab.me()))) {
        assert.equal(answer.user, 'alice')
      }
      assert.equal(site.events.includes('session_rotation_failed'), false)
    })

    it('is not told of an id by a request that was slow, when it has had another since', async (test) => {
      const site = await openRotating(test, suite())
      const browser = site.open()
      await browser.login()
      const tab = browser.copy()
      await untilDue()
      await browser.me()
      const offered = browser.jar.get('id')
      await browser.me()
      // The tab was offered nothing, as its id is not the one in use any more.
      assert.equal((await tab.me()).user, 'alice')
      assert.notEqual(tab.jar.get('id'), offered)
      assert.equal((await tab.me()).user, 'alice')
      assert.equal(site.events.includes('session_replay'), false)
    })

    it('is offered each id without a write', async (test) => {
      let writes = 0
      const site = await openSite(test, suite(), {
        rotateMs: 1000,
        wrap: (backend) => ({
          ...backend,
          replace: (stored, rev) => {
            writes++
            return backend.replace(stored, rev)
          },
        }),
      })
      const browser = site.open()
      await browser.login()
      await untilDue()
      writes = 0
      const keeps = browser.copy()
      const kept = String(keeps.jar.get('id'))
      for (let time = 0; time < 3; time++) {
        await keeps.me()
        assert.notEqual(keeps.jar.get('id'), kept)
        keeps.jar.set('id', kept)
      }
      assert.equal(writes, 0)
      await browser.me()
      await browser.me()
      assert.equal(writes, 1)
    })

    it('gets another id although it is as large as may be', async (test) => {
      const site = await openSite(test, suite(), {
        rotateMs: 1000,
        env: { SESSION_MAX_BYTES: '1024' },
      })
      const browser = site.open()
      await browser.login()
      let length = 1000
      while ((await browser.post('/api/note', { note: 'x'.repeat(length) })).status !== 200)
        length--
      await rotate(browser)
      assert.equal((await browser.me()).note.length, length)
    })

    it('is not ended by a request of long ago that reads it again', async (test) => {
      const site = await openRotating(test, suite())
      const browser = site.open()
      await browser.login()
      const reading = browser.copy().post('/probe/slow-reload/one')
      await site.gates.arrived('one')
      await rotate(browser)
      await rotate(browser)
      site.gates.open('one')
      assert.deepEqual(await (await reading).json(), { user: 'alice' })
      assert.equal((await browser.me()).user, 'alice')
      assert.equal(site.events.includes('session_replay'), false)
    })

    it('ends for everybody when an id comes that only a copy can have', async (test) => {
      const site = await openRotating(test, suite())
      const browser = site.open()
      const { id } = await suite().started(browser.login)
      const stolen = browser.copy()
      await rotate(browser)
      await rotate(browser)
      assert.equal(await stolen.me(), 401)
      assert.equal(await browser.me(), 401)
      assert.equal(await suite().backend.read(id), null)
      assert.ok(site.events.includes('session_replay'), String(site.events))
    })
  })
}
