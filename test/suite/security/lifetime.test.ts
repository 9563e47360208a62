import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { stopClock } from './app.ts'
import { assertNoLeaks } from './leaks.ts'
import { shareAppHere } from './shared-app.ts'
import type { Visitor } from './visitor.ts'

// Those that hold unless somebody sets others, in seconds.
const idle = 1800
const absolute = 43_200
const fresh = 300

const clock = stopClock()
const { suite, app } = shareAppHere()

/** Uses a session now and, for so many seconds more, after each half of its idle time. */
async function use(visitor: Visitor, seconds: number) {
  for (let used = 0; used <= seconds; used += idle / 2) {
    assert.equal(await visitor.who(), 'alice', `after ${used} s`)
    clock.moveOn(idle / 2)
  }
}

describe('a session', () => {
  it('ends when it is not used, and is prolonged by each use [ASVS 7.3.1, 7.4.1, SM-6]', async () => {
    const visitor = await app().enter()
    await use(visitor, 3 * idle)
    assert.equal(await visitor.who(), 'alice')
    clock.moveOn(idle - 1)
    assert.equal(await visitor.who(), 'alice')
    const kept = visitor.copy()
    // A tenth longer than asked is within what is promised.
    clock.moveOn(idle * 1.1 + 1)
    for (const each of [visitor, kept, kept]) assert.equal(await each.who(), 401)
    await app().heard('session_unknown')
  })

  it('ends some time after the login, however much it is used [ASVS 7.3.2, 7.4.1, SM-6]', async () => {
    const visitor = await app().enter()
    await use(visitor, absolute - idle)
    clock.moveOn(idle / 2 - 1)
    assert.equal(await visitor.who(), 'alice')
    const cookie = visitor.jar.get('__Host-id')
    clock.moveOn(1)
    assert.equal(await visitor.who(), 401)
    visitor.jar.set('__Host-id', String(cookie))
    for (let time = 0; time < 2; time++) assert.equal(await visitor.who(), 401)
    assert.equal((await visitor.get('/account')).status, 303)
  })

  it('begins anew when the password is entered again', async () => {
    const visitor = await app().enter()
    await use(visitor, absolute - idle)
    const { password } = suite().alice
    assert.equal((await visitor.post('/reauth', { password })).status, 200)
    await use(visitor, absolute - idle)
  })

  it('is neither fresh for longer nor lives longer because its user ends the others [ASVS 7.3.2, 7.5.1]', async () => {
    const visitor = await app().enter(await suite().add('bob'))
    const [device] = (await (await visitor.get('/api/sessions')).json()).sessions
    const cookie = visitor.jar.get('__Host-id')
    for (const [seconds, status] of [
      [0, 200],
      [fresh - 1, 200],
      [1, 403],
      [fresh, 403],
    ] as const) {
      clock.moveOn(seconds)
      assert.equal((await visitor.post('/api/sessions/revoke-others')).status, status)
      assert.equal(await visitor.who(), 'bob')
    }
    assert.equal(visitor.jar.get('__Host-id'), cookie)
    const [same] = (await (await visitor.get('/api/sessions')).json()).sessions
    assert.deepEqual([same.handle, same.created], [device.handle, device.created])
    for (let left = absolute - 2 * fresh; left > 0; left -= idle / 3) {
      assert.equal(await visitor.who(), 'bob')
      clock.moveOn(Math.min(left, idle / 3))
    }
    assert.equal(await visitor.who(), 401)
  })
})

describe('a session whose time was up', () => {
  it('shows no secret anywhere [ASVS 14.2.1, 16.2.5, 3.3.4]', () => assertNoLeaks(suite()))
})
