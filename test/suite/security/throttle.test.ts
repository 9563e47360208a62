import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { type SecureApp, stopClock } from './app.ts'
import { assertNoLeaks } from './leaks.ts'
import { shareAppHere } from './shared-app.ts'

const clock = stopClock()
const { suite, app } = shareAppHere()

/** A password that nobody has. */
const wrong = randomBytes(12).toString('hex')

/** The answer to a login, and how long to wait for the next. */
async function tryLogin(app: SecureApp, username: string, password = wrong, address?: string) {
  const visitor = app.visitor(address === undefined ? {} : { address })
  const response = await visitor.post('/login', { username, password })
  const wait = response.headers.get('Retry-After')
  return { status: response.status, wait: Number(wait), text: await response.text() }
}

/** Fails so often, and is never told to wait. */
async function fail(app: SecureApp, username: string, times: number, address?: string) {
  for (let time = 0; time < times; time++) {
    const { status } = await tryLogin(app, username, wrong, address)
    assert.equal(status, 401, `failure ${time + 1}`)
  }
}

/** Fails until the answer is that it is too early, for `seconds` at least; says how often it failed meanwhile, and that answer. */
async function block(ask: (time: number) => ReturnType<typeof tryLogin>, seconds = 1) {
  const waits: number[] = []
  let failed = 0
  for (let time = 0; time < 15; time++) {
    const { status, wait, text } = await ask(time)
    if (status !== 429) failed++
    else {
      waits.push(wait)
      if (wait >= seconds) return { failed, waits, text }
      clock.moveOn(wait)
    }
  }
  throw new Error(`Never blocked for ${seconds} s, but ${waits}`)
}

describe('guessing from one address or with several instances', () => {
  it('of many names from one address has to wait, and other addresses do not [ASVS 6.3.1, 2.4.1]', async (test) => {
    const strict = await suite().start(test, { LOGIN_MAX_FAILURES_PER_ADDRESS: '4' })
    const [bad, good] = ['198.51.100.1', '198.51.100.2']
    for (let index = 0; index < 4; index++)
      assert.equal((await tryLogin(strict, `name${index}`, wrong, bad)).status, 401)
    const more = await block((time) => tryLogin(strict, `more${time}`, wrong, bad))
    assert.ok(more.failed < 3)
    assert.equal((await tryLogin(strict, 'name6', wrong, good)).status, 401)
  })

  it('is counted for the true address where no proxy is trusted, whatever a header says [ASVS 6.3.1, 4.1.3]', async (test) => {
    const env = { NODE_ENV: 'development', TRUST_PROXY: 'false' }
    const direct = await suite().start(test, { ...env, LOGIN_MAX_FAILURES_PER_ADDRESS: '4' })
    for (let index = 0; index < 4; index++)
      assert.equal(
        (await tryLogin(direct, `other${index}`, wrong, `198.51.100.${10 + index}`)).status,
        401,
      )
    const more = await block((time) =>
      tryLogin(direct, `more${time}`, wrong, `198.51.100.${20 + time}`),
    )
    assert.ok(more.failed < 3)
    // In development the log is for people to read.
    const line = direct.lines.find((each) => each.includes('authn_login_fail'))
    assert.match(String(line), /127\.0\.0\.1|::1/)
  })

  it('is counted by all instances together, and over a restart [ASVS 6.3.1]', async (test) => {
    if (suite().lacks(test, 'sharing')) return
    await suite().add('fred')
    // Failures of this process, whose clock is another one, are counted for other addresses.
    const address = '198.51.100.30'
    const isBlocked = async (app: SecureApp) =>
      (await block(() => tryLogin(app, 'fred', wrong, address))).failed < 3
    const [one, two] = [await suite().start(test), await suite().start(test)]
    for (const each of [one, two, one, two, one]) await fail(each, 'fred', 1, address)
    for (const each of [one, two]) assert.ok(await isBlocked(each))
    await Promise.all([one.end('SIGTERM'), two.end('SIGTERM')])
    const three = await suite().start(test)
    assert.ok(await isBlocked(three))
  })
})

describe('guessing a password', () => {
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
    clock.moveOn(blocked.wait)
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
