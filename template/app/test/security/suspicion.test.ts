import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { assertNoLeaks } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'
import { signCookie } from './visitor.ts'

const newId = () => randomBytes(24).toString('base64url')

describe('a cookie that looks wrong', () => {
  const { suite, app } = shareSecureApp()
  const sign = (id: string) => signCookie(id, String(suite().env.SESSION_SECRETS))

  it('because the app has not given its id is never taken over, and is noticed [SM-3, SM-13, ASVS 16.3.3]', async () => {
    const visitor = await app().enter()
    const real = visitor.jar.get('__Host-id') ?? ''
    const [, id = ''] = /^s:([^.]+)/.exec(decodeURIComponent(real)) ?? []
    assert.equal(decodeURIComponent(sign(id)), decodeURIComponent(real), 'signed as the app does')
    const planted = newId()
    visitor.jar.set('__Host-id', sign(planted))
    assert.equal(await visitor.me(), 401)
    await app().heard('session_unknown')
    visitor.jar.set('__Host-id', sign(planted))
    await visitor.login()
    assert.ok(!visitor.jar.get('__Host-id')?.includes(planted))
    assert.equal(await visitor.who(), 'alice')
    assert.equal(
      await app()
        .visitor()
        .me({ Cookie: `__Host-id=${sign(planted)}` }),
      401,
    )
  })

  it('because there is a second one of its name does not count [SM-8, ASVS 16.3.3]', async () => {
    const visitor = await app().enter()
    const value = visitor.jar.get('__Host-id')
    for (const other of [sign(newId()), 'planted', value]) {
      assert.equal(await visitor.me({ Cookie: `__Host-id=${value}; __Host-id=${other}` }), 401)
      assert.equal(await visitor.me({ Cookie: `__Host-id=${other}; __Host-id=${value}` }), 401)
    }
    await app().heard('session_tampered')
    assert.equal(await visitor.who(), 'alice')
  })

  for (const [what, changes] of Object.entries({
    browser: { headers: { 'User-Agent': 'curl/8.5.0' } },
    address: { address: '192.0.2.77' },
  })) {
    it(`because it comes from another ${what} is noticed, and goes on [SM-11]`, async (test) => {
      const watched = await suite().start(test)
      const visitor = watched.visitor({ headers: { 'User-Agent': 'Mozilla/5.0 Firefox/140.0' } })
      await visitor.login()
      await visitor.me()
      assert.deepEqual(watched.events('session_anomaly'), [])
      // Some proxies add a port, which is another each time.
      await visitor.copy({ address: '203.0.113.7:40712' }).me()
      assert.deepEqual(watched.events('session_anomaly'), [])
      assert.equal(await visitor.copy(changes).who(), 'alice')
      const line = await watched.heard('session_anomaly')
      assert.deepEqual([line.user, line.reason], ['alice', what])
    })

    it(`because it comes from another ${what} ends the session where that is the policy [SM-11]`, async (test) => {
      const strict = await suite().start(test, { SESSION_ON_ANOMALY: 'end' })
      const visitor = await strict.enter()
      const stolen = visitor.copy(changes)
      assert.equal(await visitor.who(), 'alice')
      assert.equal((await stolen.get('/account')).status, 303)
      assert.equal(await stolen.who(), 401)
      assert.equal(await visitor.who(), 401)
      assert.equal((await strict.heard('session_anomaly')).reason, what)
    })
  }

  it('a hundred times is a guesser who is noticed, and others are not hindered [SM-12, ASVS 16.3.3]', async () => {
    const visitor = await app().enter(undefined, { address: '198.51.100.20' })
    const guesser = app().visitor({ address: '198.51.100.66' })
    assert.deepEqual(app().events('session_bruteforce'), [])
    for (let round = 0; round < 15; round++) {
      const guesses = Array.from({ length: 8 }, () => `__Host-id=${sign(newId())}`)
      await Promise.all(guesses.map((Cookie) => guesser.me({ Cookie })))
    }
    const line = await app().heard('session_bruteforce')
    assert.equal(line.ip, '198.51.100.66')
    assert.equal(app().events('session_bruteforce').length, 1)
    assert.ok(app().events('session_unknown').length < 20, 'the log is not filled')
    assert.equal(await visitor.who(), 'alice')
  })

  it('gives no secret away [ASVS 16.2.5, 3.3.4]', async () => {
    await assertNoLeaks(suite())
  })
})
