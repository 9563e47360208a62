import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { assertNoLeaks } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'
import type { Visitor } from './visitor.ts'

const idle = 2
const absolute = 6
const fresh = 2
const env = {
  SESSION_IDLE_SECONDS: String(idle),
  SESSION_ABSOLUTE_SECONDS: String(absolute),
  SESSION_FRESH_SECONDS: String(fresh),
}

/** Uses a session every second, until so many seconds after `started`. */
async function use(visitor: Visitor, started: number, seconds: number) {
  while (Date.now() < started + seconds * 1000 - 1000) {
    assert.equal(await visitor.who(), 'alice', `after ${(Date.now() - started) / 1000} s`)
    await pause(1000)
  }
}

const { suite, app } = shareSecureApp(env)

describe('a session', { concurrency: 4 }, () => {
  const reasons = () =>
    app()
      .events('session_expired')
      .map(({ reason }) => reason)

  it('ends when it is not used, and is prolonged by each use [ASVS 7.3.1, 7.4.1, SM-6]', async () => {
    const visitor = await app().enter()
    await use(visitor, Date.now(), 4)
    const kept = visitor.copy()
    // A tenth longer than asked is within what is promised.
    await pause(idle * 1000 * 1.1 + 300)
    for (const each of [visitor, kept, kept]) assert.equal(await each.who(), 401)
    assert.ok(reasons().includes('idle'), String(reasons()))
  })

  it('ends some time after the login, however much it is used [ASVS 7.3.2, 7.4.1, SM-6]', async () => {
    const visitor = app().visitor()
    await visitor.login()
    const started = Date.now()
    await use(visitor, started, absolute)
    const cookie = visitor.jar.get('__Host-id')
    await pause(started + absolute * 1000 + 300 - Date.now())
    assert.equal(await visitor.who(), 401)
    visitor.jar.set('__Host-id', String(cookie))
    for (let time = 0; time < 2; time++) assert.equal(await visitor.who(), 401)
    assert.equal((await visitor.get('/account')).status, 303)
    assert.ok(reasons().includes('absolute'), String(reasons()))
  })

  it('begins anew when the password is entered again', async () => {
    const visitor = await app().enter()
    const started = Date.now()
    await use(visitor, started, absolute - 1)
    const { password } = suite().alice
    assert.equal((await visitor.post('/reauth', { password })).status, 200)
    await use(visitor, started, absolute + 3)
  })

  it('is neither fresh for longer nor lives longer because its user ends the others [ASVS 7.3.2, 7.5.1]', async () => {
    const visitor = await app().enter(await suite().add('bob'))
    const started = Date.now()
    const [device] = (await (await visitor.get('/api/sessions')).json()).sessions
    const cookie = visitor.jar.get('__Host-id')
    const statuses: number[] = []
    while (Date.now() < started + absolute * 1000 - 1000) {
      statuses.push((await visitor.post('/api/sessions/revoke-others')).status)
      await pause(900)
      assert.equal(await visitor.who(), 'bob')
    }
    assert.deepEqual(statuses.slice(0, 2), [200, 200])
    assert.ok(
      statuses.slice(3).every((status) => status === 403),
      String(statuses),
    )
    assert.equal(visitor.jar.get('__Host-id'), cookie)
    const [same] = (await (await visitor.get('/api/sessions')).json()).sessions
    assert.deepEqual([same.handle, same.created], [device.handle, device.created])
    await pause(started + absolute * 1000 + 300 - Date.now())
    assert.equal(await visitor.who(), 401)
  })
})

describe('a session whose time was up', () => {
  it('shows no secret anywhere [ASVS 14.2.1, 16.2.5, 3.3.4]', () => assertNoLeaks(suite()))
})
