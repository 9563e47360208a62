import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { stopClock } from './app.ts'
import { assertNoLeaks } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'

const { suite, app } = shareSecureApp()

const makePassword = () => randomBytes(12).toString('hex')

describe('a change of the password', () => {
  it('takes the current one and the new one, and then the new one holds [ASVS 6.2.2, 6.2.3, 7.5.1]', async () => {
    const bob = await suite().add('bob')
    const visitor = await app().enter(bob)
    const password = makePassword()
    const wrong = await visitor.post('/account/password', { current: makePassword(), password })
    assert.deepEqual([wrong.status, await wrong.json()], [403, { error: 'wrong_password' }])
    for (const form of [{ password }, { password, current: '' }, { current: bob.password }]) {
      const { status } = await visitor.post('/account/password', form)
      assert.ok(status === 400 || status === 403, `${status}`)
    }
    assert.equal((await app().visitor().login(bob)).status, 303)

    const done = await visitor.post('/account/password', { current: bob.password, password })
    assert.deepEqual([done.status, await done.json()], [200, { user: 'bob' }])
    assert.equal((await app().visitor().login(bob)).status, 401)
    assert.equal(
      (
        await app()
          .visitor()
          .login({ ...bob, password })
      ).status,
      303,
    )
    const line = await app().heard('authn_password_change')
    assert.equal(line.user, 'bob')
  })

  it('asks for the current one however old the login, and is not done without [ASVS 7.5.1]', async (test) => {
    const here = await suite().startHere(test)
    const carol = await suite().add('carol')
    const visitor = await here.enter(carol)
    const password = makePassword()
    stopClock().moveOn(301)
    for (const form of [{ password }, { password, current: password }]) {
      const { status } = await visitor.post('/account/password', form)
      assert.ok(status === 400 || status === 403, `${status}`)
    }
    const done = await visitor.post('/account/password', { current: carol.password, password })
    assert.equal(done.status, 200)
    assert.equal((await here.visitor().login({ ...carol, password })).status, 303)
  })

  it('offers to end the other sessions, and does so unless it is told not to [ASVS 7.4.3, 7.2.4]', async () => {
    const dora = await suite().add('dora')
    const [one, two] = [await app().enter(dora), await app().enter(dora)]
    const page = await (await one.get('/account/password')).text()
    assert.match(page, /<input type="checkbox" name="others"[^>]* checked>/)

    const [second, third] = [makePassword(), makePassword()]
    const before = one.copy()
    const form = { current: dora.password, password: second, again: second }
    const kept = await one.submit('/account/password', form)
    assert.deepEqual([kept.status, kept.headers.get('Location')], [303, '/account?saved'])
    assert.deepEqual([await one.who(), await two.who(), await before.who()], ['dora', 'dora', 401])

    const ticked = { current: second, password: third, again: third, others: 'on' }
    assert.equal((await one.submit('/account/password', ticked)).status, 303)
    assert.deepEqual([await one.who(), await two.who()], ['dora', 401])
  })

  it('ends the other sessions for programs, which say nothing of it [ASVS 7.4.3]', async () => {
    const erik = await suite().add('erik')
    const [one, two] = [await app().enter(erik), await app().enter(erik)]
    const [second, third] = [makePassword(), makePassword()]
    const form = { current: erik.password, password: second }
    assert.equal((await one.post('/account/password', form)).status, 200)
    assert.deepEqual([await one.who(), await two.who()], ['erik', 401])

    const late = await app().enter({ ...erik, password: second })
    const sent = { headers: { Accept: '*/*' } }
    await one.post('/account/password', { current: second, password: third }, sent)
    assert.deepEqual([await one.who(), await late.who()], ['erik', 401])
  })

  it('is not done where the new one was typed in two ways, and the page says why', async () => {
    const fred = await suite().add('fred')
    const visitor = await app().enter(fred)
    const form = { current: fred.password, password: makePassword(), again: makePassword() }
    const response = await visitor.submit('/account/password', form)
    assert.equal(response.status, 400)
    assert.match(await response.text(), /<p class="alert" role="alert">[^<]+</)
    assert.equal((await app().visitor().login(fred)).status, 303)
  })

  it('is never asked for because time has passed [ASVS 6.2.10]', async () => {
    const gina = await suite().add('gina')
    const file = String(suite().env.USERS_FILE)
    const records = JSON.parse(await readFile(file, 'utf8'))
    const longAgo = Date.now() - 10 * 365 * 24 * 3_600_000
    Object.assign(records.gina, { created: longAgo, sessionVersion: longAgo })
    await writeFile(file, JSON.stringify(records), { mode: 0o600 })
    const visitor = app().visitor()
    assert.equal((await visitor.login(gina)).headers.get('Location'), '/account')
    assert.equal((await visitor.get('/account')).status, 200)
  })

  it('shows no secret anywhere [ASVS 14.2.1, 16.2.5, 3.3.4]', () => assertNoLeaks(suite()))

  it('shows no secret anywhere [ASVS 14.2.1, 16.2.5, 3.3.4]', () => assertNoLeaks(suite()))
})
