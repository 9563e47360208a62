import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { SessionBackend } from '../../../../src/session/index.ts'
import type { Browser } from '../browser.ts'
import { eventually } from '../clock.ts'
import { openSite } from '../site.ts'
import type { Suite } from '../suite.ts'

const fail = async () => {
  throw Object.assign(new Error('connection lost'), { code: 'ENOENT' })
}
const full = new Error('There is no room for this')
const isFull = (error: unknown) => error === full

/** Makes a wait for each of `count` that ends for all when the last one has come. */
function createBarrier(count: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let left = count
  return () => {
    if (--left === 0) resolve()
    return promise
  }
}

const hang = () => new Promise<never>(() => {})

const unreadable = {
  'cut off': '{"broken',
  nothing: '',
  'without what a session has': '{}',
  'without fields': '{"created":1,"fields":null}',
  'begun at no time': '{"created":"now","fields":{}}',
  'a list': '[]',
  'a text': '"alice"',
  'of another program': 'x'.repeat(50_000),
}

export function describeFailure(suite: () => Suite) {
  describe('a value that cannot be stored', () => {
    for (const kind of ['bigint', 'cycle']) {
      it(`is an error and no hang, and leaves the session as it was: ${kind}`, async (test) => {
        const env = { SESSION_STORE_TIMEOUT_MS: '30000' }
        const site = await openSite(test, suite(), { env })
        const browser = site.open()
        await browser.login()
        await browser.post('/api/note', { note: 'before' })
        const began = Date.now()
        const response = await browser.post(`/probe/${kind}`)
        assert.equal(response.status, 500)
        assert.ok(Date.now() - began < 10_000)
        assert.equal((await browser.me()).note, 'before')
      })
    }

    it('is refused with 413 when it is too large, and the old session stays', async (test) => {
      const site = await openSite(test, suite(), { env: { SESSION_MAX_BYTES: '1024' } })
      const browser = site.open()
      await browser.login()
      await browser.post('/api/note', { note: 'before' })
      const response = await browser.post('/api/note', { note: 'x'.repeat(2000) })
      assert.equal(response.status, 413)
      assert.deepEqual(await response.json(), { error: 'session_too_large' })
      assert.equal((await browser.me()).note, 'before')
    })
  })

  describe('the smallest session that may be set', () => {
    it('has room for a login, whatever the browser calls itself', async (test) => {
      const site = await openSite(test, suite(), { env: { SESSION_MAX_BYTES: '1024' } })
      const browser = site.open({ 'User-Agent': '"'.repeat(300) })
      assert.equal((await browser.login()).status, 303)
      assert.equal((await browser.me()).user, 'alice')
    })
  })

  describe('a store that is away', () => {
    const faults: Record<string, Partial<SessionBackend>> = {
      fails: { insert: fail, replace: fail },
      'does not answer': { insert: hang, replace: hang },
    }
    for (const [fault, calls] of Object.entries(faults)) {
      it(`is a 503 without a cookie when a save ${fault}, never a 200`, async (test) => {
        const env = { SESSION_STORE_TIMEOUT_MS: '200' }
        const broken = await openSite(test, suite(), {
          env,
          wrap: (backend) => ({ ...backend, ...calls }),
        })
        const site = await openSite(test, suite())
        const browser = site.open()
        await browser.login()
        const there = browser.copy(broken.origin)
        for (const response of [
          await there.post('/api/note', { note: 'lost' }),
          await there.login(),
        ]) {
          assert.equal(response.status, 503)
          assert.equal(response.headers.get('retry-after'), '1')
          assert.deepEqual(response.headers.getSetCookie(), [])
        }
      })
    }

    it('is answered at once after five failures in a row, and found again within a second', async (test) => {
      let away = false
      let asked = 0
      const site = await openSite(test, suite(), {
        env: { SESSION_STORE_TIMEOUT_MS: '300' },
        wrap: (backend) => ({
          ...backend,
          read: (id) => {
            asked++
            return away ? hang() : backend.read(id)
          },
        }),
      })
      const elsewhere = (await openSite(test, suite())).open()
      await elsewhere.login()
      const browser = elsewhere.copy(site.origin)
      away = true
      for (let round = 0; round < 5; round++) assert.equal(await browser.me(), 503)
      const [before, began] = [asked, Date.now()]
      for (let round = 0; round < 5; round++) assert.equal(await browser.me(), 503)
      const seconds = Math.ceil((Date.now() - began) / 1000)
      assert.ok(asked <= before + seconds, `it was asked ${asked - before} times`)
      away = false
      await eventually(async () => (await browser.me()).user === 'alice', 'it is found', 10)
    })

    it('is a 503 in time when it is slow, however many calls a request makes', async (test) => {
      const slow =
        <Args extends unknown[], Answer>(call: (...args: Args) => Promise<Answer>) =>
        async (...args: Args) => {
          await pause(callMs)
          return call(...args)
        }
      const callMs = 1400
      const site = await openSite(test, suite(), {
        env: { SESSION_STORE_TIMEOUT_MS: '2000' },
        wrap: (backend) => ({
          ...backend,
          read: slow(backend.read),
          insert: slow(backend.insert),
          replace: slow(backend.replace),
          remove: slow(backend.remove),
          owned: slow(backend.owned),
        }),
      })
      const direct = (await openSite(test, suite())).open()
      await direct.login()
      const browser = direct.copy(site.origin)
      assert.equal((await browser.me()).user, 'alice')
      // It takes four calls, one after the other; a note takes two, and maybe the end of one before it.
      assert.equal((await site.open().login()).status, 503)
      const notes = Array.from({ length: 12 }, () => browser.post('/api/visits'))
      for (const { status } of await Promise.all(notes)) assert.equal(status, 200)
      assert.equal((await browser.me()).visits, 12)
    })

    for (const [what, isRefusal] of [
      ['for the writes of some is read from by all', undefined],
      ['for nobody, but refuses what some ask for, goes on for all others', isFull],
    ] as const) {
      it(what, async (test) => {
        const all = createBarrier(6)
        const site = await openSite(test, suite(), {
          wrap: (backend) => ({
            ...backend,
            async replace(stored, rev) {
              if (!stored.data.includes('too much')) return backend.replace(stored, rev)
              // So that the failures come one after the other, without an answer in between.
              await all()
              throw full
            },
            ...(isRefusal && { isRefusal }),
          }),
        })
        const browsers = await Promise.all(
          Array.from({ length: 6 }, async () => {
            const browser = site.open()
            await browser.login()
            await browser.me()
            return browser
          }),
        )
        const writing = browsers.map((each) => each.post('/api/note', { note: 'too much' }))
        for (const { status } of await Promise.all(writing)) assert.equal(status, 503)
        for (const each of browsers) assert.equal((await each.me()).user, 'alice')
        const { status } = await (browsers[0] as Browser).post('/api/note', { note: 'enough' })
        assert.equal(status, isRefusal ? 200 : 503)
      })
    }

    it('is a 503, never an anonymous page, when a session cannot be read', async (test) => {
      const broken = await openSite(test, suite(), {
        wrap: (backend) => ({ ...backend, read: fail, ping: fail }),
      })
      const site = await openSite(test, suite())
      const browser = site.open()
      await browser.login()
      const there = browser.copy(broken.origin)
      assert.equal(await there.me(), 503)
      assert.equal((await there.get('/account')).status, 503)
      const unready = await there.get('/readyz')
      assert.deepEqual([unready.status, unready.headers.get('Retry-After')], [503, '1'])
      for (const path of ['/', '/login', '/livez']) {
        assert.equal((await there.get(path)).status, 200, path)
      }
      assert.equal((await browser.me()).user, 'alice')
    })
  })

  describe('a stored session that cannot be read', () => {
    for (const [what, data] of Object.entries(unreadable)) {
      it(`is no session: it is reported once and removed, where it is ${what}`, async (test) => {
        const site = await openSite(test, suite())
        const browser = site.open()
        const { backend } = suite()
        const stored = await suite().started(browser.login)
        await backend.replace({ ...stored, rev: stored.rev + 1, data }, stored.rev)
        assert.equal(await browser.me(), 401)
        assert.equal(await browser.me(), 401)
        assert.deepEqual(site.events, ['session_corrupt', 'session_unknown'])
      })
    }
  })
}
