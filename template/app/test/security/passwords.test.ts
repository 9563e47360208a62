import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { assertNoLeaks, noteSecret } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'

const fits = 'vK7 qz!mT2r&xLp'
const common = ['password1234567', 'qwertyuiop12345', '123456789012345', 'iloveyouiloveyou']

const { suite, app } = shareSecureApp()

describe('a password', { concurrency: 3 }, () => {
  const add = (name: string, password: string, env: NodeJS.ProcessEnv = {}) =>
    suite().command('user.ts', ['add', name], { input: password, env })

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
      const added = await add(`with${password.slice(0, 4)}`, password)
      assert.notEqual(added.code, 0)
      const visitor = await app().enter()
      const { password: current } = suite().alice
      const response = await visitor.post('/account/password', { current, password })
      assert.deepEqual([response.status, await response.json()], [400, { error: 'password_unfit' }])
    })
  }

  it('is not the name of its user, however often [ASVS 6.2.11]', async () => {
    assert.notEqual((await add('wilhelmina.roth', 'wilhelmina.roth')).code, 0)
    assert.notEqual((await add('zyxqvu', 'zyxqvuzyxqvuzyxqvu')).code, 0)
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
    assert.equal((await add('plain', 'teapot gravel moonlit')).code, 0)
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
      const html = await (await visitor.get(path)).text()
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
