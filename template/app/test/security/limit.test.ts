import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { assertNoLeaks } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'

describe('one session more than a user may have', () => {
  const { suite, app } = shareSecureApp({ SESSION_MAX_PER_USER: '2' })

  it('ends the oldest, and nobody else’s [ASVS 7.1.2, SM-14]', async () => {
    const bob = await app().enter(await suite().add('bob'))
    const first = await app().enter()
    const second = await app().enter()
    assert.deepEqual(app().events('excess_sessions_exceeded'), [])
    const third = await app().enter()
    const all = [first, second, third, bob].map((visitor) => visitor.who())
    assert.deepEqual(await Promise.all(all), [401, 'alice', 'alice', 'bob'])
    const line = await app().heard('excess_sessions_exceeded')
    assert.equal(line.user, 'alice')
  })

  it('is refused where that is the policy, and the others go on [ASVS 7.1.2]', async (test) => {
    const env = { SESSION_MAX_PER_USER: '2', SESSION_LIMIT_POLICY: 'deny-new' }
    const strict = await suite().start(test, env)
    const carol = await suite().add('carol')
    const [first, second] = [await strict.enter(carol), await strict.enter(carol)]
    const third = strict.visitor()
    const response = await third.post('/login', carol)
    assert.deepEqual([response.status, await response.json()], [409, { error: 'session_limit' }])
    const page = await third.login(carol)
    assert.equal(page.status, 409)
    assert.equal(third.jar.has('__Host-id'), false)
    assert.deepEqual([await first.who(), await second.who()], ['carol', 'carol'])
    await strict.heard('excess_sessions_exceeded')

    await first.submit('/logout')
    assert.equal((await third.login(carol)).status, 303)
    assert.deepEqual([await second.who(), await third.who()], ['carol', 'carol'])
  })

  it('is none where the visitor’s own session of that user makes way; a refusal leaves the visitor the session it has [ASVS 7.1.2, 7.2.4]', async (test) => {
    const env = { SESSION_MAX_PER_USER: '1', SESSION_LIMIT_POLICY: 'deny-new' }
    const strict = await suite().start(test, env)
    const [dora, emil] = [await suite().add('dora'), await suite().add('emil')]
    const visitor = await strict.enter(dora)
    const kept = visitor.copy()
    assert.equal((await visitor.login(dora)).status, 303)
    assert.deepEqual([await visitor.who(), await kept.who()], ['dora', 401])

    // Whoever asks many times at once gets no more for it.
    const copies = Array.from({ length: 4 }, () => visitor.copy())
    const form = { username: dora.username, password: dora.password }
    const token = await visitor.token('/login')
    await Promise.all(copies.map((copy) => copy.submit('/login', form, { token })))
    const all = [visitor, ...copies]
    const names = await Promise.all(all.map((each) => each.who()))
    const alive = all[names.indexOf('dora')]
    assert.ok(alive, `${names}`)
    const { sessions } = await (await alive.get('/api/sessions')).json()
    assert.equal(sessions.length, 1)

    await strict.enter(emil)
    assert.equal((await alive.login(emil)).status, 409)
    assert.equal(await alive.who(), 'dora')
  })

  it('shows no secret anywhere [ASVS 14.2.1, 16.2.5, 3.3.4]', () => assertNoLeaks(suite()))
})
