import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { describe, it } from 'node:test'
import type { SessionBackend } from '../../../src/session/index.ts'
import { alice, lacks } from '../conformance/suite.ts'
import type { SecureApp } from './app.ts'
import { assertNoLeaks } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'
import { signCookie, type Visitor } from './visitor.ts'

const { suite, app } = shareSecureApp()

const cookieOf = (visitor: Visitor) => decodeURIComponent(visitor.jar.get('__Host-id') ?? '')

describe('who a visitor is', () => {
  it('is decided by the server, whatever cookies claim [ASVS 7.2.1]', async () => {
    const visitor = app().visitor()
    for (const [name, value] of [
      ['user', 'alice'],
      ['role', 'admin'],
      ['__Host-id', 's:anything'],
    ] as const) {
      visitor.jar.set(name, value)
      assert.equal(await visitor.who(), 401, name)
    }
    visitor.jar.set('__Host-id', `j:${encodeURIComponent('{"user":"alice"}')}`)
    assert.equal(await visitor.who(), 401)
    assert.equal((await visitor.post('/api/note', { note: 'x', user: 'alice' })).status, 401)
  })

  it('is not in the cookie, which is a random id and its signature [ASVS 7.2.1, 7.2.3]', async () => {
    const visitor = await app().enter()
    // 32 characters of 6 bits: 192 random bits.
    assert.match(cookieOf(visitor), /^s:[\w-]{32}\.[A-Za-z0-9+/]{43}$/)
    assert.deepEqual([...visitor.jar.keys()].sort(), ['__Host-id', '__Host-pre'])
    assert.doesNotMatch([...visitor.jar.values()].join(), /alice|user|%7B/)
  })

  it('is in a new cookie at each login, and at one while logged in the old one ends [ASVS 7.2.2, 7.2.4, SM-5]', async () => {
    const [one, two] = [await app().enter(), await app().enter()]
    assert.notEqual(cookieOf(one), cookieOf(two))
    const old = one.copy()
    assert.equal((await one.login()).status, 303)
    assert.notEqual(cookieOf(one), cookieOf(old))
    assert.deepEqual([await old.who(), await one.who(), await two.who()], [401, 'alice', 'alice'])
  })

  it('is in a new cookie after the password was entered again, and the old one ends [ASVS 7.2.4, SM-5]', async () => {
    const visitor = await app().enter()
    await visitor.post('/api/note', { note: 'goes along' })
    const old = visitor.copy()
    const { password } = await suite().add('rosa')
    const wrong = await visitor.post('/reauth', { password })
    assert.deepEqual([wrong.status, await old.who()], [403, 'alice'])
    const { password: own } = suite().alice
    const response = await visitor.post('/reauth', { password: own })
    assert.equal(response.status, 200)
    assert.deepEqual(await response.json(), { user: 'alice' })
    assert.notEqual(cookieOf(visitor), cookieOf(old))
    assert.equal(await old.who(), 401)
    assert.deepEqual(await visitor.me(), { user: 'alice', note: 'goes along', visits: 0 })
  })

  it('never comes with an id that somebody else chose, even a signed one [ASVS 7.2.4, SM-3]', async () => {
    const planted = signCookie(randomBytes(24).toString('base64url'), suite().secret)
    const victim = app().visitor()
    victim.jar.set('__Host-id', planted)
    await victim.get('/login')
    assert.equal((await victim.login()).status, 303)
    assert.notEqual(victim.jar.get('__Host-id'), planted)
    assert.equal(await victim.who(), 'alice')
    const attacker = app().visitor()
    attacker.jar.set('__Host-id', planted)
    assert.equal(await attacker.who(), 401)
  })

  it('is never somebody else, though a proxy sends both over one connection [ASVS 7]', async () => {
    const bob = await suite().add('bob')
    const both = { alice: await app().enter(), bob: await app().enter(bob) }
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const asked = Array.from({ length: 200 }, async (_, index) => {
      const name = index % 2 ? 'alice' : 'bob'
      const headers = {
        Cookie: `__Host-id=${both[name].jar.get('__Host-id')}`,
        'X-Forwarded-Proto': 'https',
      }
      const sent = request(`${app().origin}/api/me`, { agent, headers }).end()
      const [answer] = (await once(sent, 'response')) as [IncomingMessage]
      const port = answer.socket.localPort
      assert.equal(JSON.parse(await text(answer)).user, name)
      assert.equal(answer.headers['cache-control'], 'no-store')
      assert.match(String(answer.headers.vary), /\bCookie\b/)
      return port
    })
    const ports = await Promise.all(asked)
    agent.destroy()
    assert.equal(new Set(ports).size, 1, 'all went over one connection')
  })

  it('shows no secret anywhere [ASVS 14.2.1, 16.2.5, 3.3.4]', () => assertNoLeaks(suite()))
})

const rounds = 5
const together = 20

describe('a visitor who has not logged in', () => {
  /** 100 visits of each page, each by somebody new, and the names of all cookies that are set. */
  async function visit(at: SecureApp) {
    const names = new Set<string>()
    for (let round = 0; round < rounds; round++) {
      const visits = Array.from({ length: together }, async () => {
        for (const path of ['/', '/login']) {
          const response = await at.visitor().get(path)
          assert.equal(response.status, 200)
          for (const line of response.headers.getSetCookie()) names.add(line.split('=')[0] ?? '')
        }
      })
      await Promise.all(visits)
    }
    return [...names]
  }

  const countRecords = async () => {
    let count = 0
    for await (const _each of suite().backend.scan()) count++
    return count
  }

  it('gets no session, however often one comes [ASVS 7.6.2]', async () => {
    const before = app().events('session_created').length
    assert.deepEqual(await visit(app()), ['__Host-pre'])
    assert.equal(app().events('session_created').length, before)
  })

  it('leaves nothing in the store [ASVS 7.6.2]', async (test) => {
    let calls = 0
    const counting = (backend: SessionBackend): SessionBackend => {
      const counted = Object.entries(backend).map(([name, value]) => [
        name,
        typeof value !== 'function'
          ? value
          : (...args: never[]) => {
              calls++
              return value(...args)
            },
      ])
      return Object.fromEntries(counted)
    }
    const here = await suite().startHere(test, {}, counting)
    await here.visitor().login()
    const before = calls
    assert.ok(before > 0, 'a login is seen on its way')
    await visit(here)
    assert.equal(calls, before)
    if (lacks.sharing || lacks.scan) return
    const records = await countRecords()
    await app().visitor().login()
    assert.equal(await countRecords(), records + 1, 'a login is seen in the store')
    await visit(app())
    assert.equal(await countRecords(), records + 1)
  })

  it('gets none by a failed login, and reaches nothing that is behind one [ASVS 7.6.2, 8.2.1]', async () => {
    const visitor = app().visitor()
    const failed = await visitor.submit('/login', { ...alice, password: 'a wrong password' })
    assert.equal(failed.status, 401)
    for (const path of ['/account', '/account/password', '/account/sessions', '/reauth']) {
      const response = await visitor.get(path)
      assert.equal(response.status, 303, path)
      assert.equal(response.headers.get('location'), `/login?next=${encodeURIComponent(path)}`)
    }
    for (const path of ['/api/me', '/api/sessions']) {
      const response = await visitor.get(path)
      assert.equal(response.status, 401, path)
      assert.deepEqual(await response.json(), { error: 'unauthenticated' })
    }
    for (const path of [
      '/api/note',
      '/api/visits',
      '/reauth',
      '/account/password',
      '/api/sessions/revoke-all',
      '/api/sessions/revoke-others',
      `/api/sessions/${'0'.repeat(32)}/revoke`,
    ]) {
      const token = await visitor.token('/login')
      const response = await visitor.post(path, { note: 'no' }, { token })
      assert.equal(response.status, 401, path)
    }
    assert.deepEqual([...visitor.jar.keys()], ['__Host-pre'])
  })

  it('is what a user becomes at the next request when an administrator says so [ASVS 8.3.2]', async () => {
    const emma = await suite().add('emma')
    const visitor = app().visitor()
    await visitor.login(emma)
    assert.equal(await visitor.who(), 'emma')
    await suite().command('user.ts', ['disable', 'emma'])
    assert.equal(await visitor.me(), 401)
    assert.equal((await app().visitor().login(emma)).status, 401)
    await suite().command('user.ts', ['enable', 'emma'])
    assert.equal((await app().visitor().login(emma)).status, 303)
  })
})
