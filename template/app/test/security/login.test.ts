import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { readLacks } from '../lacks.ts'
import { assertNoLeaks } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'

const root = join(import.meta.dirname, '../..')

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0
}

/** What an answer tells somebody who asks for one name and for another. */
function readAnswer(response: Response, text: string) {
  const varying = /^(date|x-csrf-token|set-cookie|etag|connection|keep-alive)$/
  const headers = [...response.headers].filter(([name]) => !varying.test(name))
  const page = text.replace(/(name="_csrf" value=")[^"]*/g, '$1').replace(/alice|lucia/g, 'name')
  return JSON.stringify([response.status, headers, page])
}

describe('a login', () => {
  const { suite, app } = shareSecureApp()

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

  it('takes as long for a name that nobody has [ASVS 6.3.8]', async (test) => {
    const lenient = await suite().start(test, { LOGIN_MAX_FAILURES: '100' })
    const { username: known } = await suite().add('known')
    // The store is that of the other tests: what fails here must not slow them down.
    const visitor = lenient.visitor({ address: '198.51.100.9' })
    const token = await visitor.token('/login')
    const times = { [known]: [] as number[], nobody: [] as number[] }
    for (let round = 0; round < 25; round++) {
      for (const [username, durations] of Object.entries(times)) {
        const form = { username, password: 'wrong for both' }
        const started = performance.now()
        const { status } = await visitor.post('/login', form, { token })
        durations.push(performance.now() - started)
        assert.equal(status, 401)
      }
    }
    const [ofKnown = 0, ofNobody = 0] = Object.values(times).map(median)
    assert.ok(ofKnown < 2 * ofNobody && ofNobody < 2 * ofKnown, `${ofKnown} ms, ${ofNobody} ms`)
  })

  it('works with no account that came with the app [ASVS 6.3.2]', async (test) => {
    const env = { USERS_FILE: `${suite().env.USERS_FILE}.new` }
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
    const lacks = await readLacks()
    const count = async () => {
      if (lacks.sharing || lacks.scan) return 0
      let sessions = 0
      for await (const _ of suite().backend.scan()) sessions++
      return sessions
    }
    const [before, created] = [await count(), app().events('session_created').length]
    const wrong = { username: 'alice', password: 'wrong' }
    const reading = Array.from({ length: 250 }, async (_, index) => {
      const visitor = app().visitor()
      await visitor.get('/')
      await visitor.get('/login')
      if (index % 100 === 0) await visitor.login(wrong)
      return visitor.jar.has('__Host-id')
    })
    assert.deepEqual([...new Set(await Promise.all(reading))], [false])
    // The counters of failures, of the name and of the address, are in the store as well.
    assert.ok((await count()) <= before + 2)
    assert.equal(app().events('session_created').length, created)
  })

  it('shows no secret anywhere [ASVS 14.2.1, 16.2.5, 3.3.4]', () => assertNoLeaks(suite()))
})
