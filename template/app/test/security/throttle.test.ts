import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { block, fail, tryLogin, wrong } from './guessing.ts'
import { assertNoLeaks } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'

const { suite, app } = shareSecureApp()

describe('guessing a password', { concurrency: true }, () => {
  it('has to wait after 5 failures, even with the right one, and longer each time [ASVS 6.3.1, 2.4.1]', async () => {
    const bob = await suite().add('bob')
    await fail(app(), 'bob', 5)
    const { waits, text } = await block(() => tryLogin(app(), 'bob'), 4)
    assert.equal(text, '{"error":"login_throttled"}')
    assert.deepEqual(waits, [...new Set(waits)].sort(), 'each wait is longer')
    const blocked = await tryLogin(app(), 'bob', bob.password)
    assert.equal(blocked.status, 429)
    await app().heard('authn_login_lock', 3)
    const lock = app()
      .events('authn_login_lock')
      .find(({ user }) => user === 'bob')
    assert.equal(lock?.level, 'warn')
    await pause(blocked.wait * 1000)
    assert.equal((await tryLogin(app(), 'bob', bob.password)).status, 303)
    await app().heard('authn_login_successafterfail')
    await fail(app(), 'bob', 5)
  })

  it('of a name that nobody has is answered the same [ASVS 6.3.1, 6.3.8]', async () => {
    await suite().add('carol')
    for (let time = 0; time < 5; time++) {
      const [known, unknown] = [await tryLogin(app(), 'carol'), await tryLogin(app(), 'nobody')]
      assert.deepEqual([known.status, known.text], [401, unknown.text])
      assert.equal(known.status, unknown.status)
    }
    const [known, unknown] = await Promise.all(
      ['carol', 'nobody'].map((name) => block(() => tryLogin(app(), name))),
    )
    assert.equal(known?.text, unknown?.text)
  })

  it('is counted for the name however it is written [ASVS 6.3.1]', async () => {
    for (const name of ['dora', 'DORA', 'Dora', 'ｄｏｒａ', 'doRA']) {
      assert.equal((await tryLogin(app(), name)).status, 401, name)
    }
    assert.ok((await block(() => tryLogin(app(), 'dora'))).failed < 3)
  })

  it('with a session is counted too, apart from logins: by the password entered again, and by a change of it [ASVS 6.3.1, 6.3.4]', async () => {
    const erik = await suite().add('erik')
    const visitor = await app().enter(erik)
    for (let time = 0; time < 5; time++) {
      const [path, form] =
        time % 2 === 0
          ? ['/reauth', { password: wrong }]
          : ['/account/password', { current: wrong, password: erik.password }]
      assert.equal((await visitor.post(String(path), Object(form))).status, 403)
    }
    const { failed } = await block(async () => {
      const { status, headers } = await visitor.post('/reauth', { password: wrong })
      return { status, wait: Number(headers.get('Retry-After')), text: '' }
    }, 2)
    assert.ok(failed < 3, `${failed} more`)
    assert.equal((await visitor.post('/reauth', { password: erik.password })).status, 429)
    assert.equal((await tryLogin(app(), 'erik', erik.password)).status, 303)
    assert.equal(await visitor.who(), 'erik', 'who is logged in goes on')
  })

  it('from outside keeps no user who is logged in from a new password, or from ending sessions [ASVS 6.1.1, 6.3.1]', async () => {
    const gina = await suite().add('gina')
    const visitor = await app().enter(gina, { address: '203.0.113.31' })
    await block(() => tryLogin(app(), 'gina'), 2)
    assert.equal((await tryLogin(app(), 'gina', gina.password)).status, 429)
    const { password: current } = gina
    assert.equal((await visitor.post('/reauth', { password: current })).status, 200)
    assert.equal((await visitor.post('/api/sessions/revoke-others')).status, 200)
    const password = randomBytes(12).toString('hex')
    assert.equal((await visitor.post('/account/password', { current, password })).status, 200)
  })

  it('is forgiven by the command that unlocks an account, and only of that [ASVS 6.1.1]', async (test) => {
    if (suite().lacks(test, 'sharing')) return
    const [hanna, ines] = [await suite().add('hanna'), await suite().add('ines')]
    for (const { username } of [hanna, ines]) await fail(app(), username, 5)
    const { code, out } = await suite().command('sessions.ts', ['unlock', 'Hanna'])
    assert.equal(code, 0, out)
    assert.equal((await tryLogin(app(), 'hanna', hanna.password)).status, 303)
    assert.ok((await block(() => tryLogin(app(), ines.username))).failed < 3)
  })
})

describe('whoever guessed', () => {
  it('shows no secret anywhere [ASVS 14.2.1, 16.2.5, 3.3.4]', () => assertNoLeaks(suite()))
})
