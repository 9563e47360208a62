import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { PolicyError } from '../../../src/users/password-policy.ts'
import { openUsers } from '../../../src/users/users.ts'
import { assertNoLeaks, noteSecret } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'

const { suite, app } = shareSecureApp()

const fits = 'vK7 qz!mT2r&xLp'
const common = ['password1234567', 'qwertyuiop12345', '123456789012345', 'iloveyouiloveyou']

describe('a password', { concurrency: 3 }, () => {
  const add = (name: string, password: string, env: NodeJS.ProcessEnv = {}) =>
    suite().command('user.ts', ['add', name], { input: password, env })
  /** Does what the command does, without a process of its own. */
  const addHere = (name: string, password: string) =>
    openUsers(String(suite().env.USERS_FILE)).setPassword(name, password)

  it('has 15 characters, or the 8 or more that are set [ASVS 6.2.1]', async () => {
    const short = await add('short', fits.slice(0, 14))
    assert.notEqual(short.code, 0)
    assert.match(short.out, /at least 15 characters/)
    assert.equal((await add('long', fits)).code, 0)
    const env = { PASSWORD_MIN_LENGTH: '8' }
    assert.equal((await add('eight', 'vK7#qz!m', env)).code, 0)
    assert.notEqual((await add('seven', 'vK7#qz!', env)).code, 0)
    assert.notEqual((await add('none', 'vK7#q', { PASSWORD_MIN_LENGTH: '5' })).code, 0)

    const visitor = await app().enter({ username: 'long', password: fits })
    const form = { current: fits, password: fits.slice(0, 14), again: fits.slice(0, 14) }
    assert.equal((await visitor.submit('/account/password', form)).status, 400)
  })

  for (const password of common) {
    it(`is none of those that everybody has, such as ${password} [ASVS 6.2.4]`, async () => {
      assert.ok(password.length >= 15)
      await assert.rejects(addHere(`with${password.slice(0, 4)}`, password), PolicyError)
      const visitor = await app().enter()
      const { password: current } = suite().alice
      const response = await visitor.post('/account/password', { current, password })
      assert.deepEqual([response.status, await response.json()], [400, { error: 'password_unfit' }])
    })
  }

  it('is not the name of its user, however often [ASVS 6.2.11]', async () => {
    await assert.rejects(addHere('wilhelmina.roth', 'wilhelmina.roth'), PolicyError)
    await assert.rejects(addHere('zyxqvu', 'zyxqvuzyxqvuzyxqvu'), PolicyError)
  })

  it('may be long and of any characters, and counts to the last one, case and spaces too [ASVS 6.2.5, 6.2.8, 6.2.9]', async () => {
    const start = 'ünïcödé 🦉 „quittengelee“ in der straßenbahn 北京 жук; <b>&amp;</b> \'"--'
    const password = `${start} ${'kaleidoscope otter umbrella '.repeat(3)}`.slice(0, 99).concat('Q')
    assert.equal(password.length, 100)
    const user = { username: 'ulla', password }
    assert.equal((await add(user.username, password)).code, 0)
    assert.equal(await (await app().enter(user)).who(), 'ulla')
    noteSecret('password', password)
    for (const other of [
      `${password.slice(0, -1)}R`,
      password.slice(0, -1),
      `${password} `,
      ` ${password}`,
      password.toLowerCase(),
    ]) {
      const response = await app()
        .visitor()
        .login({ ...user, password: other })
      assert.equal(response.status, 401, other)
      // Each success sets back the count of failures, which would slow this down.
      await app().enter(user)
    }
  })

  it('needs no digits, capitals or signs [ASVS 6.2.5]', async () => {
    await addHere('plain', 'teapot gravel moonlit')
  })

  it('that is made by the command is long and random, and another each time', async () => {
    const made = await Promise.all(['anna', 'ben'].map((name) => add(name, '\n')))
    const passwords = made.map(({ out }) => /password (\S+)$/m.exec(out)?.[1] ?? '')
    for (const password of passwords) assert.match(password, /^[\w-]{24,}$/)
    assert.notEqual(passwords[0], passwords[1])
    await app().enter({ username: 'anna', password: String(passwords[0]) })
  })

  it('is hidden while it is typed, and left to password managers, on every page [ASVS 6.2.6, 6.2.7]', async () => {
    const visitor = await app().enter()
    for (const [path, uses] of [
      ['/login', ['current-password']],
      ['/reauth', ['current-password']],
      ['/account/password', ['current-password', 'new-password', 'new-password']],
    ] as const) {
      const who = path === '/login' ? app().visitor() : visitor
      const html = await (await who.get(path)).text()
      const inputs = html.match(/<input [^>]*>/g) ?? []
      const secret = inputs.filter((each) => /name="(password|current|again)"/.test(each))
      assert.equal(secret.length, uses.length, path)
      for (const [index, use] of uses.entries()) {
        assert.match(String(secret[index]), /type="password"/)
        assert.match(String(secret[index]), new RegExp(`autocomplete="${use}"`))
      }
      assert.doesNotMatch(html, /onpaste|autocomplete="off"|maxlength|<script/i, path)
      assert.match(html, /autocomplete="username"/)
    }
  })

  it('has no hint and no secret question beside it [ASVS 6.4.2]', async () => {
    const html = await (await app().visitor().get('/login')).text()
    const names = [...html.matchAll(/<(?:input|select|textarea)[^>]* name="([^"]+)"/g)]
    const fields = names.map(([, name]) => name)
    assert.deepEqual(fields.sort(), ['_csrf', 'next', 'password', 'username'])
    assert.doesNotMatch(html, /hint|question|maiden/i)
  })
})

describe('whoever chose one', () => {
  it('shows no secret anywhere [ASVS 14.2.1, 16.2.5, 3.3.4]', () => assertNoLeaks(suite()))
})

const own = 'quittengelee otter 7 umbrella'

/** A user whose password the administrator did not type; the command shows it, once. */
async function addWithRandom(username: string) {
  const { out } = await suite().command('user.ts', ['add', username], { input: '\n' })
  const password = /with the password (\S+)/.exec(out)?.[1] ?? ''
  noteSecret('password', password)
  return { username, password }
}

describe('a password that was made for a user', () => {
  it('is random, and another one each time [ASVS 6.4.1]', async () => {
    const [one, two] = [await addWithRandom('random1'), await addWithRandom('random2')]
    assert.match(one.password, /^[\w-]{24}$/)
    assert.notEqual(one.password, two.password)
  })

  it('is good for choosing another one and for nothing else [ASVS 6.4.1]', async () => {
    const user = await addWithRandom('newcomer')
    const visitor = await app().enter(user)
    for (const path of ['/account', '/account/sessions', '/reauth']) {
      const page = await visitor.get(path)
      assert.deepEqual([page.status, page.headers.get('Location')], [303, '/account/password'])
    }
    assert.equal(await visitor.who(), 403)
    assert.match(await (await visitor.get('/account/password')).text(), /was made for you/)
    const current = user.password
    const same = { current, password: current, again: current, others: 'on' }
    assert.equal((await visitor.submit('/account/password', same)).status, 400)
    const form = { current, password: own, again: own, others: 'on' }
    const changed = await visitor.submit('/account/password', form)
    assert.deepEqual([changed.status, changed.headers.get('Location')], [303, '/account?saved'])
    assert.equal(await visitor.who(), 'newcomer')
    const again = await app().enter({ ...user, password: own })
    assert.equal(await again.who(), 'newcomer')
  })

  it('is good for three days [ASVS 6.4.1]', async () => {
    const user = await addWithRandom('latecomer')
    const file = String(suite().env.USERS_FILE)
    const users = JSON.parse(await readFile(file, 'utf8'))
    const days = (users.latecomer.initialUntil - Date.now()) / 86_400_000
    assert.ok(days > 2.9 && days <= 3, `${days} days`)
    users.latecomer.initialUntil = Date.now() - 1
    await writeFile(file, JSON.stringify(users), { mode: 0o600 })
    assert.equal((await app().visitor().login(user)).status, 401)
  })

  it('shows no secret anywhere [ASVS 14.2.1, 16.2.5, 3.3.4]', () => assertNoLeaks(suite()))
})

const breached = 'quittengelee otter 7 umbrella'
const fine = 'kaleidoscope 9 zwieback otter'
const digestOf = (password: string) =>
  createHash('sha1').update(password).digest('hex').toUpperCase()

describe('a password that a list of breaches has', () => {
  const asked: string[] = []
  let answer = 200
  // What speaks as the range API of such lists does.
  const list = createServer((req, res) => {
    asked.push(String(req.url))
    const rest = digestOf(breached).slice(5)
    res.writeHead(answer).end(`${'0'.repeat(35)}:3\r\n${rest}:42\r\n${digestOf(fine).slice(5)}:0`)
  })
  before(async () => {
    list.listen(0, '127.0.0.1')
    await once(list, 'listening')
  })
  after(() => list.close())

  const add = (name: string, password: string) => {
    const { port } = list.address() as AddressInfo
    const env = { PASSWORD_BREACH_LIST_URL: `http://127.0.0.1:${port}/range` }
    return suite().command('user.ts', ['add', name], { input: password, env })
  }

  it('is refused, and the list learns five digits of its hash only [ASVS 6.2.12]', async () => {
    answer = 200
    const { code, out } = await add('breached', breached)
    assert.notEqual(code, 0)
    assert.match(out, /breach/)
    assert.deepEqual(asked, [`/range/${digestOf(breached).slice(0, 5)}`])
    assert.equal((await add('fine', fine)).code, 0)
  })

  it('is taken while the list does not answer, and nothing is asked unless a list is set', async () => {
    answer = 503
    assert.equal((await add('meanwhile', breached)).code, 0)
    asked.length = 0
    assert.equal((await suite().command('user.ts', ['add', 'usual'], { input: fine })).code, 0)
    assert.deepEqual(asked, [])
  })
})
