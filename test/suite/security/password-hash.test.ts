import assert from 'node:assert/strict'
import { randomBytes, scryptSync } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { uselessArgon2, withoutArgon2 } from './argon2.ts'
import { assertNoLeaks } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'
import type { Visitor } from './visitor.ts'

const { suite, app } = shareSecureApp()

const makePassword = () => randomBytes(12).toString('hex')

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0
}

/** Fails for each name in turn, and compares how long that takes. */
async function assertAsLong(visitor: Visitor, names: string[], rounds = 15): Promise<void> {
  const token = await visitor.token('/login')
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]]))
  for (let round = 0; round < rounds; round++) {
    for (const [username, durations] of Object.entries(times)) {
      const form = { username, password: 'wrong for all' }
      const started = performance.now()
      const { status } = await visitor.post('/login', form, { token })
      durations.push(performance.now() - started)
      assert.equal(status, 401)
    }
  }
  const medians = Object.values(times).map(median)
  const told = names.map((name, index) => `${name}: ${medians[index]} ms`).join(', ')
  assert.ok(Math.max(...medians) < 2 * Math.min(...medians), told)
}

describe('a failed login', () => {
  it('takes as long for a name that nobody has [ASVS 6.3.8]', async (test) => {
    const lenient = await suite().start(test, { LOGIN_MAX_FAILURES: '100' })
    const { username: known } = await suite().add('known')
    // The store is that of the other tests: what fails here must not slow them down.
    const visitor = lenient.visitor({ address: '198.51.100.9' })
    await assertAsLong(visitor, [known, 'unknown'])
  })

  it('takes as long where some passwords were hashed by an older Node, for whomever it is [ASVS 6.3.8]', async (test) => {
    const env = { USERS_FILE: `${suite().env.USERS_FILE}.updated`, LOGIN_MAX_FAILURES: '100' }
    for (const [name, node] of Object.entries({ former: withoutArgon2, present: {} })) {
      const input = randomBytes(12).toString('hex')
      const made = await suite().command('user.ts', ['add', name], {
        input,
        env: { ...env, ...node },
      })
      assert.equal(made.code, 0, made.out)
    }
    const updated = await suite().start(test, env)
    const visitor = updated.visitor({ address: '198.51.100.10' })
    await assertAsLong(visitor, ['stranger', 'present', 'former'], 5)
  })
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
