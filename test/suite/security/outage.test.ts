import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { alice } from '../conformance/suite.ts'
import { type Fault, openBreakage, storeTimeoutMs } from './breakage.ts'
import { assertNoLeaks, assertNothingOfInsides } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'

const faults: Record<string, Fault> = { 'cannot be reached': 'refuse', 'does not answer': 'freeze' }

describe('a store that', () => {
  const { suite, app } = shareSecureApp()

  /** An app whose store can be taken away, and somebody who is logged in there; null where it cannot. */
  async function openWeak(test: TestContext, fault: Fault, env: NodeJS.ProcessEnv = {}) {
    const breakage = await openBreakage(suite(), test, fault)
    if (!breakage) {
      test.skip('declared: the store cannot be taken away from outside')
      return null
    }
    const weak = await suite().start(test, { ...env, ...breakage.env })
    const [visitor, leaver] = [await weak.enter(), await weak.enter()]
    await leaver.token()
    await visitor.post('/api/note', { note: 'from before' })
    /** Everything that writes, at once, with how long it took. */
    function write() {
      const acts = [
        visitor.post('/api/note', { note: 'from meanwhile' }),
        visitor.submit('/api/note', { note: 'from meanwhile' }),
        weak.visitor().submit('/login', { ...alice }),
        weak.visitor().post('/login', { ...alice }),
        leaver.submit('/logout'),
      ]
      const began = Date.now()
      return Promise.all(acts.map(async (act) => [await act, Date.now() - began] as const))
    }
    return { app: weak, visitor, breakage, write }
  }

  for (const NODE_ENV of ['production', 'development']) {
    it(`fails is not told of to users in ${NODE_ENV} [ASVS 16.5.1, 13.4.2]`, async (test) => {
      const weak = await openWeak(test, 'refuse', { NODE_ENV })
      if (!weak) return
      await weak.breakage.start()
      for (const [response] of await weak.write()) {
        assert.equal(response.status, 503)
        await assertNothingOfInsides(response)
      }
      await weak.breakage.stop()
    })
  }

  for (const [what, fault] of Object.entries(faults)) {
    it(`${what} lets nobody in, is not waited for, and ends no session [ASVS 16.5.2, 16.5.3, 16.3.4, 13.2.6]`, async (test) => {
      const weak = await openWeak(test, fault)
      if (!weak) return
      const { visitor, breakage } = weak
      await breakage.start()
      for (const [response, ms] of await weak.write()) {
        assert.equal(response.status, 503)
        assert.match(response.headers.get('retry-after') ?? '', /^[1-5]$/)
        const cookies = response.headers.getSetCookie()
        assert.deepEqual(
          cookies.filter((line) => !line.startsWith('__Host-pre=')),
          [],
        )
        assert.equal(response.headers.get('clear-site-data'), null, 'nobody is logged out')
        assert.ok(ms < 5 * storeTimeoutMs, `${ms} ms`)
      }
      const stranger = weak.app.visitor()
      for (const path of ['/', '/login', '/livez'])
        assert.equal((await stranger.get(path)).status, 200, path)
      assert.equal(await stranger.me(), 401)
      assert.ok(['alice', 503].includes(await visitor.who()), 'never somebody who is logged out')
      assert.deepEqual(weak.app.events('session_logout'), [], 'nor is it told')
      assert.ok(weak.app.events().some(({ level, reason }) => level === 'error' && reason))

      await breakage.stop()
      for (const end = Date.now() + 30_000; Date.now() < end; await pause(50))
        if ((await visitor.who()) === 'alice') break
      const { user, note } = Object(await visitor.me())
      assert.equal(user, 'alice')
      // A write that was answered with 503 may be done after all.
      assert.match(note, /^from (before|meanwhile)$/)
      assert.equal(weak.app.events('listening').length, 1, 'the process is the same')
    })
  }

  it('comes back has shown no secret [ASVS 14.2.1, 16.2.5, 3.3.4]', async () => {
    await app().enter()
    await assertNoLeaks(suite())
  })
})
