import assert from 'node:assert/strict'
import { randomBytes, scryptSync } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { assertNoLeaks } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'

const strong = /^\$(argon2id\$v=19\$m=(19456|[2-9]\d{4,}),t=[2-9]|scrypt\$ln=1[5-7],r=8,p=3)/
const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')

/** A Node before 24.7. */
const withoutArgon2 =
  'import crypto from "node:crypto"; import { syncBuiltinESMExports } from "node:module"; delete crypto.argon2; syncBuiltinESMExports()'

/** A hash of scrypt that was good enough once. */
function hashWeakly(password: string): string {
  const salt = randomBytes(16)
  const hash = scryptSync(password, salt, 32, { N: 2 ** 10, r: 8, p: 1 })
  return `$scrypt$ln=10,r=8,p=1$${base64(salt)}$${base64(hash)}`
}

describe('the hash of a password', () => {
  const { suite, app } = shareSecureApp()
  const readUsers = async () => JSON.parse(await readFile(String(suite().env.USERS_FILE), 'utf8'))
  const hashOf = async (name: string): Promise<string> => (await readUsers())[name].hash

  it('is a slow one with a salt of its own, so that equal passwords do not show [ASVS 11.4.2]', async () => {
    const input = randomBytes(12).toString('hex')
    for (const name of ['bob', 'carol'])
      assert.equal((await suite().command('user.ts', ['add', name], { input })).code, 0)
    const [bob, carol] = [await hashOf('bob'), await hashOf('carol')]
    for (const hash of [bob, carol]) assert.match(hash, strong)
    assert.notEqual(bob.split('$').at(-1), carol.split('$').at(-1))
    assert.notEqual(bob.split('$').at(-2), carol.split('$').at(-2))
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
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(withoutArgon2)}`
    const old = await suite().start(test, { NODE_OPTIONS })
    assert.ok(Number((await old.heard('users_unverifiable')).count) >= 1)
    for (const username of ['emil', 'nobody']) {
      const password = randomBytes(12).toString('hex')
      assert.equal((await old.visitor().login({ username, password })).status, 401)
    }
  })

  it('keeps nobody else waiting, however many are to be made at once [ASVS 15.2.2]', async () => {
    const guest = await app().enter()
    const visitor = app().visitor()
    const token = await visitor.token('/login')
    let open = 0
    const flood = Array.from({ length: 300 }, async (_, index) => {
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
    assert.deepEqual([...new Set(statuses)].sort(), [401, 503])
    delays.sort((a, b) => a - b)
    const median = Number(delays[Math.floor(delays.length / 2)])
    assert.ok(median < 500, `/livez took ${median} ms`)
    assert.equal((await app().visitor().login()).status, 303)
  })

  it('shows no secret anywhere [ASVS 14.2.1, 16.2.5, 3.3.4]', () => assertNoLeaks(suite()))
})
