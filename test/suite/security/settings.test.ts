import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { copyFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import { promisify } from 'node:util'

import { readConfig } from '../../../src/config.ts'
import { isEncrypted } from '../../../src/session/index.ts'
import { startProcess } from '../conformance/server.ts'
import { alice, lacks } from '../conformance/suite.ts'
import { assertNoLeaks, noteSecret } from './leaks.ts'
import { shareSecureSuite } from './shared-app.ts'

const root = join(import.meta.dirname, '../../..')
const setup = join(root, 'src/cli/setup.ts')
const suite = shareSecureSuite()

/** What a start with these settings says before it ends. */
async function refuse(test: TestContext, env: NodeJS.ProcessEnv) {
  const { lines, ended } = startProcess(test, 'server.ts', [], { ...suite().env, ...env })
  assert.equal(await ended, 1, lines.join('\n'))
  return lines.join('\n')
}

describe('settings', () => {
  it('take no SameSite=None [CK-3, ASVS 3.3.2]', async (test) => {
    for (const SESSION_SAME_SITE of ['none', 'None'])
      assert.match(await refuse(test, { SESSION_SAME_SITE }), /SESSION_SAME_SITE/)
  })

  it('of development go without Secure, and only there: production starts with it or not at all [CK-9, ASVS 3.3.1]', async (test) => {
    const host = { NODE_ENV: 'development', SESSION_COOKIE_NAME: '__Host-id' }
    assert.match(await refuse(test, host), /SESSION_COOKIE_NAME/)
    const near = await suite().start(test, { NODE_ENV: 'development', PUBLIC_ORIGIN: undefined })
    const headers = { Origin: near.origin }
    const visitor = near.visitor({ headers: { 'X-Forwarded-Proto': null, ...headers } })
    const token = await visitor.token('/login')
    const sent = { token, headers }
    const login = await visitor.submit('/login', { ...alice }, sent)
    const [cookie = ''] = login.headers.getSetCookie()
    assert.match(cookie, /^id=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/)
  })

  it('are the safe ones unless somebody says otherwise, and the log tells them [SM-6, ASVS 7.1.1]', async (test) => {
    const app = await suite().start(test)
    const { idle, absolute } = await app.heard('session_policy')
    assert.deepEqual([idle, absolute], [1800, 43_200])
  })

  it('that are none here are told when the app starts, with the one that is meant and without what they hold', async (test) => {
    const value = randomBytes(32).toString('hex')
    const app = await suite().start(test, { SESSION_TYPE: value, SESSION_MANAGER: 'local/desktop' })
    const { level, hint } = await app.heard('setting_unknown')
    assert.equal(level, 'warn')
    assert.equal(hint, 'SESSION_TYPE is not a setting here; the store is SESSION_STORE_URL')
    assert.equal(app.events('setting_unknown').length, 1)
    assert.ok(!app.lines.join('\n').includes(value))
  })

  it('that keep sessions in this process only are refused in production [ASVS 13.4.2]', async (test) => {
    if (!suite().backend.isPrivate) return test.skip('declared: other processes see the sessions')
    const said = await refuse(test, { ALLOW_MEMORY_STORE: undefined })
    assert.match(said, /ALLOW_MEMORY_STORE/)
  })

  it('that lead to a store on another machine without TLS are told when the app starts [ASVS 12.3.1]', async (test) => {
    const plain = [
      'redis://cache:6379',
      'redis+cluster://app:word@one:1,127.0.0.1:2',
      'postgres://app@db/x?sslmode=disable',
      'mysql://app@db/x',
      'mongodb://one,localhost/x',
      'dynamodb+http://dynamo:8000',
      'memcached://cache:11211',
    ]
    const safe = [
      'redis://127.0.0.1:6379',
      'redis://[::1]:6379',
      'rediss+sentinel://app:word@one:1,two:2',
      'postgres://app@db/x?sslmode=verify-full',
      'mysql://app@db/x?ssl=true',
      'mongodb://one,two/x?tls=true',
      'mongodb+srv://app@db/x',
      'dynamodb+https://dynamo',
      'dynamodb:eu-central-1',
      'sqlite:data/sessions.sqlite',
      'file:data/sessions',
    ]
    assert.deepEqual(
      [...plain, ...safe].filter((url) => !isEncrypted(url)),
      plain,
    )
    const url = String(suite().env.SESSION_STORE_URL)
    const near = await suite().start(test)
    assert.equal(near.events('store_not_encrypted').length, isEncrypted(url) ? 0 : 1)
    if (lacks.server) return
    const away = url.replace(/(\/\/(?:[^@/]*@)?)[^/?]*/, '$1store.invalid:1')
    const app = await suite().start(test, { SESSION_STORE_URL: away })
    await app.heard('store_not_encrypted')
  })
})

/** A secret as `npm run setup` makes one, that has to be in no text. */
function makeSecret() {
  const secret = randomBytes(32).toString('base64url')
  noteSecret('secret', secret)
  return secret
}

describe('secrets', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'secrets-'))
  })
  after(() => rm(folder, { recursive: true }))

  it('that are missing, short or placeholders keep the app from starting, and are not repeated [ASVS 13.3.1]', async (test) => {
    const short = randomBytes(16).toString('base64url')
    const published = 'super-secret-key-that-should-be-random-and-long'
    const weak = [
      'change-me',
      'keyboard cat keyboard cat keyboard cat',
      published,
      short,
      '<secret>',
    ]
    for (const value of ['', ...weak, `${short},${makeSecret()}`, `${makeSecret()},`]) {
      const env = { ...suite().env, SESSION_SECRETS: value }
      assert.throws(
        () => readConfig(env),
        (error: Error) => {
          const isRepeated = value.split(',').some((each) => each && error.message.includes(each))
          return error.message.includes('SESSION_SECRETS') && !isRepeated
        },
      )
    }
    const said = await refuse(test, { SESSION_SECRETS: short })
    assert.match(said, /SESSION_SECRETS/)
    assert.ok(!said.includes(short), said)
  })

  it('may be in a file, as vaults give them; one that is missing or weak keeps the app from starting [ASVS 13.3.1]', async (test) => {
    const file = join(folder, 'session')
    const env = { SESSION_SECRETS: undefined, SESSION_SECRETS_FILE: file }
    assert.match(await refuse(test, env), /SESSION_SECRETS_FILE/)
    await writeFile(file, 'too-short-a-secret\n')
    const said = await refuse(test, env)
    assert.match(said, /SESSION_SECRETS_FILE/)
    assert.ok(!said.includes('too-short-a-secret'))
    await writeFile(file, `${makeSecret()}\n`)
    const app = await suite().start(test, env)
    const visitor = await app.enter()
    assert.equal(await visitor.who(), 'alice')
  })

  it('are made at random by each setup, for the eyes of their owner only [ASVS 13.3.1]', async () => {
    const made = await Promise.all(
      [1, 2].map(async () => {
        const cwd = await mkdtemp(join(folder, 'setup-'))
        await copyFile(join(root, '.env.example'), join(cwd, '.env.example'))
        await promisify(execFile)(process.execPath, [setup], { cwd })
        assert.equal((await stat(join(cwd, '.env'))).mode & 0o777, 0o600)
        const text = await readFile(join(cwd, '.env'), 'utf8')
        return /^SESSION_SECRETS=(.*)$/m.exec(text)?.[1] ?? ''
      }),
    )
    for (const secret of made) assert.ok(Buffer.from(secret, 'base64url').length >= 32)
    assert.notEqual(made[0], made[1])
  })

  it('are in no file that is committed, and in no image [ASVS 13.3.1]', async () => {
    const example = await readFile(join(root, '.env.example'), 'utf8')
    for (const [, name, value] of example.matchAll(/^#? ?(\w*(?:SECRETS?|PASSWORD))=(.*)$/gm))
      assert.match(value ?? '', /^<(secret|password)>$/, name)
    for (const [, password] of example.matchAll(/\/\/[^:/@\s]*:([^@\s]+)@/g))
      assert.equal(password, '<password>')
    for (const file of ['.gitignore', '.dockerignore']) {
      const lines = await readFile(join(root, file), 'utf8')
      assert.match(lines, /^\.env$/m, file)
    }
  })

  it('of the store’s server are no defaults [ASVS 13.2.3]', async (test) => {
    const compose = await readFile(join(root, 'docker-compose.yml'), 'utf8').catch(() => null)
    if (compose === null) return test.skip('declared: there is no server')
    for (const [line, value] of compose.matchAll(/(?:PASSWORD|AUTH|requirepass)\w*[:=]? +(.*)/g))
      assert.match(value ?? '', /\$\{STORE_PASSWORD(:\?[^}]*)?\}|^'1'$/, line)
    assert.doesNotMatch(compose, /root:root|admin:admin|ALLOW_EMPTY/)
  })

  it('can be replaced one after the other, and nobody is logged out [ASVS 13.3.4]', async (test) => {
    if (suite().lacks(test, 'sharing')) return
    const [first, second] = [makeSecret(), makeSecret()]
    const old = (await suite().start(test, { SESSION_SECRETS: first })).visitor()
    await old.login()
    const token = await old.token()

    const both = await suite().start(test, { SESSION_SECRETS: `${second},${first}` })
    const moved = old.copy({ at: both.origin })
    assert.equal((await moved.post('/api/note', { note: 'kept' }, { token })).status, 200)
    assert.notEqual(moved.jar.get('__Host-id'), old.jar.get('__Host-id'))
    assert.equal((await both.heard('cookie_resigned')).user, 'alice')
    assert.deepEqual((await moved.get('/api/me')).headers.getSetCookie(), [])

    const only = await suite().start(test, { SESSION_SECRETS: second })
    assert.equal(Object(await moved.copy({ at: only.origin }).me()).note, 'kept')
    assert.equal(await old.copy({ at: only.origin }).me(), 401, 'a cookie that was not seen')
  })

  it('are told nowhere [ASVS 16.2.5]', () => assertNoLeaks(suite()))
})
