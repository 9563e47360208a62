import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, describe, it, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createApp } from '../src/app.ts'
import { type Config, readConfig } from '../src/config.ts'
import { withCircuitBreaker } from '../src/session/index.ts'
import { openUsers } from '../src/users/users.ts'
import { lacks } from './backend.ts'
import { environment, listen, openFaultyBackend, openVisitor } from './site.ts'

// What the pages of this app promise. What sessions promise is in conformance.test.ts.
const folder = mkdtempSync(join(tmpdir(), 'users-'))
const settings = { ...environment, USERS_FILE: join(folder, 'users.json') }
const alice = { username: 'alice', password: 'wax orbit plum lantern' }
const users = openUsers(settings.USERS_FILE)
before(() => users.setPassword(alice.username, alice.password))
after(() => rmSync(folder, { recursive: true }))

/** The app on a port until the test ends. */
async function openSite(test: TestContext, change: (config: Config) => void = () => {}) {
  const config = readConfig(settings)
  change(config)
  const faulty = await openFaultyBackend()
  const backend = withCircuitBreaker(faulty.backend, config.session.storeTimeoutMs)
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const origin = await listen(test, createApp({ config, backend, users, log }))
  const login = async (user = alice) => {
    const visitor = openVisitor(origin)
    await visitor.get('/login')
    assert.equal((await visitor.post('/login', user)).status, 303)
    return visitor
  }
  return { ...faulty, origin, login, visitor: () => openVisitor(origin) }
}

const locationOf = (answer: Response) => [answer.status, answer.headers.get('Location')]

describe('the pages', () => {
  it('greet on the start page who is logged in, and nobody after the logout', async (test) => {
    const visitor = await (await openSite(test)).login()
    assert.match(await (await visitor.page('/')).text(), /Hello, alice/)
    assert.match(await (await visitor.page('/account')).text(), /This session/)
    assert.deepEqual(locationOf(await visitor.page('/login')), [303, '/account'])
    assert.deepEqual(locationOf(await visitor.post('/logout')), [303, '/'])
    assert.doesNotMatch(await (await visitor.page('/')).text(), /alice/)
    assert.deepEqual(locationOf(await visitor.page('/account')), [303, '/login?next=%2Faccount'])
  })

  it('refuse a wrong password, and keep nothing of the visitor', async (test) => {
    const visitor = (await openSite(test)).visitor()
    await visitor.get('/login')
    const wrong = await visitor.post('/login', { ...alice, password: 'not her password' })
    assert.equal(wrong.status, 401)
    assert.equal(visitor.sessionId(), '')
  })

  it('change nothing for another site, nor without the token of the session', async (test) => {
    const site = await openSite(test)
    const visitor = await site.login()
    for (const from of ['https://evil.example', site.origin]) {
      const answer = await visitor.submit('/api/note', { note: 'planted' }, from)
      assert.equal(answer.status, 403)
    }
    assert.equal((await (await visitor.get('/api/me')).json()).note, '')
  })

  it('say which methods an address takes', async (test) => {
    const answer = await (await openSite(test)).visitor().get('/logout')
    assert.deepEqual([answer.status, answer.headers.get('Allow')], [405, 'POST'])
  })

  it('take back the cookie of a session that is over, once', async (test) => {
    const site = await openSite(test)
    const visitor = await site.login()
    const kept = visitor.copy()
    await visitor.post('/logout')
    assert.match(String((await kept.page('/')).headers.getSetCookie()), /^id=;/)
    assert.deepEqual((await kept.page('/')).headers.getSetCookie(), [])
  })

  it('are a 503 while the store is away, but for the start page', async (test) => {
    const site = await openSite(test)
    const visitor = await site.login()
    site.breakCalls('read')
    assert.equal((await visitor.get('/api/me')).status, 503)
    assert.equal((await visitor.page('/')).status, 200)
  })

  it('are over for a user who was disabled', async (test) => {
    await users.setPassword('bob', alice.password)
    const visitor = await (await openSite(test)).login({ ...alice, username: 'bob' })
    await users.setDisabled('bob', true)
    assert.equal((await visitor.get('/api/me')).status, 401)
  })
})

describe('the password page', () => {
  it('changes the password and logs the other devices out', async (test) => {
    await users.setPassword('carol', alice.password)
    const site = await openSite(test)
    const carol = { ...alice, username: 'carol' }
    const [here, elsewhere] = [await site.login(carol), await site.login(carol)]
    const next = 'copper meadow violin eight'
    await here.get('/api/me')
    const change = { current: alice.password, password: next, others: true }
    assert.equal((await here.post('/account/password', change)).status, 200)
    assert.equal((await here.get('/api/me')).status, 200)
    assert.equal((await elsewhere.get('/api/me')).status, 401)
    await site.login({ ...carol, password: next })
  })
})

describe('the devices page', () => {
  it('lists where the user is logged in, and ends the others', async (test) => {
    const site = await openSite(test)
    const elsewhere = await site.login()
    const here = await site.login()
    const { sessions } = await (await here.get('/api/sessions')).json()
    assert.ok(sessions.length >= 2)
    assert.equal((await here.post('/api/sessions/revoke-others')).status, 200)
    assert.equal((await elsewhere.get('/api/me')).status, 401)
    assert.equal((await here.get('/api/me')).status, 200)
  })
})

describe('the re-authentication', () => {
  it('renews a session under a new id', async (test) => {
    const visitor = await (await openSite(test)).login()
    const before = visitor.sessionId()
    await visitor.get('/api/me')
    assert.equal((await visitor.post('/reauth', { password: 'not hers at all' })).status, 403)
    assert.equal((await visitor.post('/reauth', alice)).status, 200)
    assert.notEqual(visitor.sessionId(), before)
  })
})

describe('the login throttle', () => {
  it('lets who failed too often wait', async (test) => {
    const site = await openSite(test, ({ login }) => {
      login.maxFailures = 2
    })
    const visitor = site.visitor()
    await visitor.get('/login')
    const guess = { username: 'mallory', password: 'a guess' }
    const statuses = []
    for (let n = 0; n < 3; n++) statuses.push((await visitor.post('/login', guess)).status)
    assert.deepEqual(statuses, [401, 401, 429])
  })
})

describe('the health routes', () => {
  it('say whether the process runs, and whether its store is there', async (test) => {
    const site = await openSite(test)
    assert.equal((await site.visitor().get('/readyz')).status, 200)
    site.breakCalls('ping')
    assert.equal((await site.visitor().get('/readyz')).status, 503)
    assert.equal((await site.visitor().get('/livez')).status, 200)
  })
})

describe('the metrics', () => {
  it('are for whoever brings the token, and nowhere without one', async (test) => {
    const token = randomBytes(32).toString('base64url')
    const site = await openSite(test, (config) => {
      config.metricsToken = token
    })
    const ask = (origin: string, brought: string) =>
      fetch(`${origin}/metrics`, { headers: { Authorization: `Bearer ${brought}` } })
    await site.login()
    assert.match(
      await (await ask(site.origin, token)).text(),
      /^session_events_total.*created.* 1$/m,
    )
    assert.equal((await ask(site.origin, 'another token')).status, 401)
    assert.equal((await ask((await openSite(test)).origin, token)).status, 404)
  })
})

describe('the session commands', () => {
  const lacking = lacks.sharing ?? lacks.scan
  const needsScan = lacking ? `declared: ${lacking}` : false

  it('list who is logged in', { skip: needsScan }, async (test) => {
    await (await openSite(test)).login()
    const file = fileURLToPath(new URL('../src/cli/sessions.ts', import.meta.url))
    const env = { ...process.env, ...settings }
    const command = spawn(process.execPath, [file, 'list'], { env })
    const [out] = await Promise.all([text(command.stdout), once(command, 'close')])
    assert.match(out, /alice/)
  })
})
