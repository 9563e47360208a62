import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { SessionData } from 'express-session'
import { openUsers } from '../../src/auth/users.ts'
import { openBoth } from '../plain-site.ts'
import { openSite } from '../site.ts'
import { alice, type Suite } from '../suite.ts'

export function describeAdoption(suite: () => Suite) {
  describe('a session of the plain package', () => {
    it('is taken over with SESSION_ADOPT=1, by the first request or by many at once', async (test) => {
      if (suite().lacks(test, 'adoption')) return
      const { id, store, browser } = await openBoth(test, suite())
      const answers = await Promise.all(Array.from({ length: 10 }, () => browser.copy().me()))
      for (const { user, note } of answers) {
        assert.deepEqual({ user, note }, { user: 'alice', note: 'from the plain package' })
      }
      assert.equal((await promisify(store.get).call(store, id)) ?? null, null)
      await browser.post('/api/note', { note: 'ours now' })
      assert.equal((await browser.me()).note, 'ours now')
      const kept = browser.copy()
      await browser.post('/logout')
      assert.equal(await kept.me(), 401)
    })

    for (const [when, rotateMs] of [
      ['', 0],
      [', also under another of its ids', 300],
    ] as const) {
      it(`stays logged out when the old app stores it again before the logout${when}`, async (test) => {
        if (suite().lacks(test, 'adoption')) return
        const { id, store, browser } = await openBoth(test, suite(), { rotateMs })
        const plain = await promisify(store.get).call(store, id)
        const first = browser.copy()
        assert.equal((await browser.me()).user, 'alice')
        await pause(rotateMs)
        for (const _ of ['offered', 'used']) assert.equal((await browser.me()).user, 'alice')
        assert.equal(browser.jar.get('id') === first.jar.get('id'), rotateMs === 0)
        await promisify(store.set).call(store, id, plain as SessionData)
        const kept = browser.copy()
        await browser.post('/logout')
        for (const each of [kept, first]) assert.equal(await each.me(), 401)
      })
    }

    it('is not lost when it cannot be stored at once', async (test) => {
      if (suite().lacks(test, 'adoption')) return
      let failures = 1
      const { browser } = await openBoth(test, suite(), {
        wrap: (backend) => ({
          ...backend,
          insert: (stored) =>
            failures-- > 0 ? Promise.reject(new Error('full')) : backend.insert(stored),
        }),
      })
      assert.equal(await browser.me(), 503)
      assert.equal((await browser.me()).user, 'alice')
    })

    it('is none where its user has as many as there may be, who can log in when there is room', async (test) => {
      if (suite().lacks(test, 'adoption')) return
      const { backend } = suite()
      const usual = (await openSite(test, suite())).open()
      const { id } = await suite().started(usual.login)
      for (const each of await backend.owned('alice'))
        if (each.id !== id) await backend.remove(each.id)
      const env = { SESSION_MAX_PER_USER: '1', SESSION_LIMIT_POLICY: 'deny-new' }
      const { browser } = await openBoth(test, suite(), { env })
      for (let time = 0; time < 2; time++) assert.equal(await browser.me(), 401)
      assert.equal((await usual.me()).user, 'alice')
      assert.equal((await browser.submit('/logout', {})).status, 303)
      await usual.post('/logout')
      assert.equal((await browser.login()).status, 303)
      assert.equal((await browser.me()).note, '')
    })

    it('is over once its user is another one of that name', async (test) => {
      if (suite().lacks(test, 'adoption')) return
      const { browser } = await openBoth(test, suite())
      assert.equal((await browser.me()).user, 'alice')
      const file = String(suite().env.USERS_FILE)
      const before = await readFile(file)
      test.after(() => writeFile(file, before))
      const users = openUsers(file)
      await users.remove('alice')
      assert.equal(await browser.me(), 401)
      await users.setPassword('alice', alice.password)
      assert.equal(await browser.me(), 401)
    })

    it('is none, as any other id, when the plain package has left nothing at all', async (test) => {
      if (suite().lacks(test, 'adoption')) return
      const env = { SESSION_ADOPT: `gone${randomBytes(4).toString('hex')}` }
      const backend = await suite().open(test, env)
      const site = await openSite(test, suite(), { env, wrap: () => backend })
      const stranger = (await openSite(test, suite())).open()
      await stranger.login()
      const there = stranger.copy(site.origin)
      await stranger.post('/logout')
      assert.equal(await there.me(), 401)
      assert.equal((await there.login()).status, 303)
    })

    it('that has expired is not', async (test) => {
      if (suite().lacks(test, 'adoption')) return
      const { browser } = await openBoth(test, suite(), { maxAge: 1 })
      assert.equal(await browser.me(), 401)
    })

    it('is none, as no cookie that somebody made up, without SESSION_ADOPT', async (test) => {
      if (suite().lacks(test, 'adoption')) return
      const { browser } = await openBoth(test, suite())
      const site = await openSite(test, suite())
      assert.equal(await browser.copy(site.origin).me(), 401)
      const stranger = browser.copy()
      stranger.jar.set('id', `s%3A${randomBytes(24).toString('base64url')}.bad`)
      assert.equal(await stranger.me(), 401)
    })
  })
}
