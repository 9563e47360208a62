import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { lacks } from '../conformance/suite.ts'
import { assertNoLeaks } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'
import type { Visitor } from './visitor.ts'

const { suite, app } = shareSecureApp()
const root = join(import.meta.dirname, '../../..')

/** What an answer tells somebody who asks for one name and for another. */
function readAnswer(response: Response, text: string) {
  const varying = /^(date|x-csrf-token|set-cookie|etag|connection|keep-alive)$/
  const headers = [...response.headers].filter(([name]) => !varying.test(name))
  const page = text.replace(/(name="_csrf" value=")[^"]*/g, '$1').replace(/alice|lucia/g, 'name')
  return JSON.stringify([response.status, headers, page])
}

describe('a login', () => {
  it('does not tell whether the name exists: not by text, status or header [ASVS 6.3.8]', async () => {
    const password = randomBytes(12).toString('hex')
    for (const method of ['post', 'submit'] as const) {
      const answers: string[] = []
      for (const username of ['alice', 'lucia']) {
        const response = await app().visitor()[method]('/login', { username, password })
        assert.equal(response.status, 401)
        answers.push(readAnswer(response, await response.text()))
      }
      assert.equal(answers[0], answers[1])
    }
    await app().enter()
  })

  it('works with no account that came with the app [ASVS 6.3.2]', async (test) => {
    const env = { USERS_FILE: `${suite().env.USERS_FILE}.new` }
    writeFileSync(env.USERS_FILE, '{}')
    const fresh = await suite().start(test, env)
    for (const name of ['admin', 'demo', 'root', 'alice']) {
      for (const password of [name, '', suite().alice.password])
        assert.equal((await fresh.visitor().login({ username: name, password })).status, 401)
    }
    const { out } = await suite().command('user.ts', ['list'], { env })
    assert.equal(out, '')
  })

  it('has no password in the code [ASVS 6.3.2]', () => {
    const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    const sources = files.filter((file) => file.endsWith('.ts')).map((file) => `src/${file}`)
    assert.ok(sources.length > 20)
    for (const file of [...sources, '.env.example']) {
      const text = readFileSync(join(root, file), 'utf8')
      assert.doesNotMatch(
        text,
        /(?<![/\w])(password|passwd|secret)s?['"]?\s*[:=]\s*(['"])[^'"$]+\2/i,
        file,
      )
    }
  })

  it('is the only way to begin a session: by POST, with the fields of the form [ASVS 6.3.4, 7.6.2]', async () => {
    const { username, password } = suite().alice
    const query = String(new URLSearchParams({ username, password }))
    const basic = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
    const visitor = app().visitor()
    await visitor.get(`/login?${query}`)
    await visitor.post(`/login?${query}`, {})
    await visitor.get('/account', { Authorization: basic })
    for (const path of ['/signin', '/api/login', '/auth', '/register', '/signup', '/users'])
      assert.equal((await visitor.post(path, { username, password })).status, 404, path)
    for (const path of ['/reauth', '/account/password'])
      assert.equal(
        (await visitor.post(path, { username, password, current: password })).status,
        401,
      )
    assert.equal((await visitor.get('/api/me', { Authorization: basic })).status, 401)
    assert.equal(visitor.jar.has('__Host-id'), false)
    assert.equal((await visitor.login()).status, 303)
    assert.equal(visitor.jar.has('__Host-id'), true)
  })

  it('that did not take place leaves no session behind, however many pages were read [ASVS 7.6.2]', async () => {
    const count = async () => {
      if (lacks.sharing || lacks.scan) return 0
      let sessions = 0
      for await (const _ of suite().backend.scan()) sessions++
      return sessions
    }
    const [before, created] = [await count(), app().events('session_created').length]
    const wrong = { username: 'alice', password: 'wrong' }
    const reading = Array.from({ length: 100 }, async (_, index) => {
      const visitor = app().visitor()
      await visitor.get('/')
      await visitor.get('/login')
      if (index % 50 === 0) await visitor.login(wrong)
      return visitor.jar.has('__Host-id')
    })
    assert.deepEqual([...new Set(await Promise.all(reading))], [false])
    // The counters of failures, of the name and of the address, are in the store as well.
    assert.ok((await count()) <= before + 2)
    assert.equal(app().events('session_created').length, created)
  })

  it('shows no secret anywhere [ASVS 14.2.1, 16.2.5, 3.3.4]', () => assertNoLeaks(suite()))
})

/** The attributes of a Set-Cookie line, without its value and what only says when it ends. */
function readAttributes(response: Response, name: string): string[] {
  const line = response.headers.getSetCookie().find((each) => each.startsWith(`${name}=`))
  assert.ok(line, `${name} is not set`)
  const [, ...attributes] = line.split('; ')
  return attributes.filter((each) => !/^(expires|max-age)=/i.test(each)).sort()
}

describe('a logout', () => {
  it('ends the session for good, even for a kept cookie [ASVS 7.4.1]', async () => {
    const visitor = await app().enter()
    const kept = visitor.copy()
    assert.equal(await kept.who(), 'alice')
    const response = await visitor.submit('/logout')
    assert.equal(response.status, 303)
    assert.equal(response.headers.get('Location'), '/')
    assert.equal(visitor.jar.has('__Host-id'), false)
    for (let time = 0; time < 3; time++) assert.equal(await kept.who(), 401)
    assert.equal(
      (await kept.get('/account')).headers.get('Location'),
      '/login?next=%2Faccount&ended',
    )
    assert.equal((await kept.post('/api/note', { note: 'from the grave' })).status, 401)
    assert.equal(await kept.who(), 401)
  })

  it('takes the cookie back with the attributes that it was set with [ASVS 7.4.1, CK-6]', async () => {
    const visitor = app().visitor()
    const set = readAttributes(await visitor.login(), '__Host-id')
    const taken = await visitor.submit('/logout')
    assert.deepEqual(readAttributes(taken, '__Host-id'), set)
    assert.match(taken.headers.getSetCookie().join(), /__Host-id=;.*Expires=Thu, 01 Jan 1970/)
  })

  for (const kind of ['read', 'write']) {
    it(`is final while others ${kind} with the same cookie [ASVS 7.4.1]`, async () => {
      const visitor = await app().enter()
      const others = Array.from({ length: 20 }, () => visitor.copy())
      const token = await visitor.token()
      const act = async (other: Visitor) => {
        const response =
          kind === 'read'
            ? await other.get('/account')
            : await other.post('/api/note', { note: 'written meanwhile' }, { token })
        return response.status
      }
      const early = others.slice(0, 10).map(act)
      const logout = visitor.submit('/logout', {}, { token })
      const answers = [...early, ...others.slice(10).map(act)]
      assert.equal((await logout).status, 303)
      const usual = kind === 'read' ? [200, 303] : [200, 401, 409]
      for (const status of await Promise.all(answers))
        assert.ok(usual.includes(status), `${status}`)
      for (const other of others.slice(0, 3)) assert.equal(await other.who(), 401)
    })
  }

  it('is one button away on every page behind the login [ASVS 7.4.4]', async () => {
    const visitor = await app().enter()
    const wanted = ['/account', '/reauth']
    const seen = new Set<string>()
    for (let path = wanted.pop(); path !== undefined; path = wanted.pop()) {
      seen.add(path)
      const response = await visitor.get(path)
      assert.equal(response.status, 200, path)
      const html = await response.text()
      const forms = html.match(/<form [^>]*action="\/logout"[^>]*>.*?<\/form>/gs) ?? []
      assert.equal(forms.length, 1, `${path} has ${forms.length} forms to log out`)
      assert.match(String(forms[0]), /method="post".*name="_csrf" value="[^"]+".*<button/s)
      const links = [...html.matchAll(/href="(\/(?!assets)[\w/]+)"/g)].map(([, link = '']) => link)
      wanted.push(...links.filter((link) => !seen.has(link) && !wanted.includes(link)))
    }
    assert.deepEqual([...seen].sort(), [
      '/account',
      '/account/password',
      '/account/sessions',
      '/reauth',
    ])
    assert.equal((await visitor.submit('/logout')).status, 303)
  })

  it('shows no secret anywhere [ASVS 14.2.1, 16.2.5, 3.3.4]', () => assertNoLeaks(suite()))
})
