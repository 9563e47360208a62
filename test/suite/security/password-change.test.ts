import assert from 'node:assert/strict'
import { randomBytes, scryptSync } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { stopClock } from './app.ts'
import { uselessArgon2, withoutArgon2 } from './argon2.ts'
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
})

const strong = /^\$(argon2id\$v=19\$m=(19456|[2-9]\d{4,}),t=[2-9]|scrypt\$ln=1[5-7],r=8,p=3)/
const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')

/** A hash of scrypt that was good enough once. */
function hashWeakly(password: string): string {
  const salt = randomBytes(16)
  const hash = scryptSync(password, salt, 32, { N: 2 ** 10, r: 8, p: 1 })
  return `$scrypt$ln=10,r=8,p=1$${base64(salt)}$${base64(hash)}`
}

describe('the hash of a password', () => {
  const readUsers = async () => JSON.parse(await readFile(String(suite().env.USERS_FILE), 'utf8'))
  const hashOf = async (name: string): Promise<string> => (await readUsers())[name].hash

  it('is a slow one with a salt of its own, so that equal passwords do not show [ASVS 11.4.2]', async () => {
    const input = randomBytes(12).toString('hex')
    for (const name of ['hanna', 'iris'])
      assert.equal((await suite().command('user.ts', ['add', name], { input })).code, 0)
    const [one, other] = [await hashOf('hanna'), await hashOf('iris')]
    for (const hash of [one, other]) assert.match(hash, strong)
    assert.notEqual(one.split('$').at(-1), other.split('$').at(-1))
    assert.notEqual(one.split('$').at(-2), other.split('$').at(-2))
  })

  it('is renewed at the next login where it is a weak one, and at no other time [ASVS 11.4.2]', async () => {
    const dora = await suite().add('dora')
    const users = await readUsers()
    users.dora.hash = hashWeakly(dora.password)
    await writeFile(String(suite().env.USERS_FILE), JSON.stringify(users), { mode: 0o600 })
    const wrong = { ...dora, password: randomBytes(12).toString('hex') }
    assert.equal((await app().visitor().login(wrong)).status, 401)
    assert.equal(await hashOf('dora'), users.dora.hash)

    assert.equal((await app().visitor().login(dora)).status, 303)
    const renewed = await hashOf('dora')
    assert.match(renewed, strong)
    assert.equal((await app().visitor().login(dora)).status, 303)
    assert.equal(await hashOf('dora'), renewed)
    assert.equal((await app().visitor().login(wrong)).status, 401)
  })

  it('that this Node cannot verify lets nobody in, as a wrong password does, and is told of at the start [ASVS 11.4.2, 6.3.8]', async (test) => {
    const users = await readUsers()
    users.emil = { ...users.alice, hash: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA' }
    await writeFile(String(suite().env.USERS_FILE), JSON.stringify(users), { mode: 0o600 })
    const old = await suite().start(test, withoutArgon2)
    assert.ok(Number((await old.heard('users_unverifiable')).count) >= 1)
    for (const username of ['emil', 'nobody']) {
      const password = randomBytes(12).toString('hex')
      assert.equal((await old.visitor().login({ username, password })).status, 401)
    }
  })

  it('is one of scrypt where Node has Argon2 and its OpenSSL cannot compute it, and logins go on [ASVS 11.4.2]', async (test) => {
    const env = { ...uselessArgon2, USERS_FILE: `${suite().env.USERS_FILE}.openssl` }
    const user = { username: 'ole', password: makePassword() }
    const records = { ole: { hash: hashWeakly(user.password) } }
    await writeFile(env.USERS_FILE, JSON.stringify(records), { mode: 0o600 })
    const poor = await suite().start(test, env)
    for (const username of ['ole', 'nobody']) {
      const wrong = { username, password: makePassword() }
      assert.equal((await poor.visitor().login(wrong)).status, 401)
    }
    assert.equal((await poor.visitor().login(user)).status, 303)
    assert.equal((await fetch(`${poor.origin}/livez`)).status, 200)
    const added = await suite().command('user.ts', ['add', 'pia'], { input: makePassword(), env })
    assert.equal(added.code, 0, added.out)
    const { ole, pia } = JSON.parse(await readFile(env.USERS_FILE, 'utf8'))
    for (const { hash } of [ole, pia]) assert.match(hash, /^\$scrypt\$ln=15,r=8,p=3\$/)
  })

  it('keeps nobody else waiting, however many are to be made at once [ASVS 15.2.2]', async () => {
    const guest = await app().enter()
    const visitor = app().visitor()
    const token = await visitor.token('/login')
    let open = 0
    const flood = Array.from({ length: 150 }, async (_, index) => {
      open++
      const form = { username: `guest${index}`, password: 'not the password' }
      const headers = { 'X-Forwarded-For': `198.51.100.${index % 100}` }
      const { status } = await visitor.post('/login', form, { token, headers })
      open--
      return status
    })
    const delays: number[] = []
    while (open > 0) {
      const started = performance.now()
      assert.equal((await fetch(`${app().origin}/livez`)).status, 200)
      delays.push(performance.now() - started)
      assert.equal(await guest.who(), 'alice')
    }
    const statuses = await Promise.all(flood)
    // A machine that is slow enough sends no more than it can take.
    const others = statuses.filter((status) => status !== 401 && status !== 503)
    assert.deepEqual(others, [])
    delays.sort((a, b) => a - b)
    const median = Number(delays[Math.floor(delays.length / 2)])
    assert.ok(median < 500, `/livez took ${median} ms`)
    assert.equal((await app().visitor().login()).status, 303)
  })

  it('shows no secret anywhere [ASVS 14.2.1, 16.2.5, 3.3.4]', () => assertNoLeaks(suite()))
})
