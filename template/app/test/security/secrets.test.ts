import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { copyFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { startProcess } from '../server.ts'
import { type SecureSuite, startSecureSuite } from './app.ts'
import { assertNoLeaks, noteSecret } from './leaks.ts'

const root = join(import.meta.dirname, '../..')
const setup = join(root, 'src/cli/setup.ts')

/** A secret as `npm run setup` makes one, that has to be in no text. */
function makeSecret() {
  const secret = randomBytes(32).toString('base64url')
  noteSecret('secret', secret)
  return secret
}

describe('secrets', () => {
  let suite: SecureSuite
  let folder: string
  before(async () => {
    suite = await startSecureSuite()
    folder = await mkdtemp(join(tmpdir(), 'secrets-'))
  })
  after(async () => {
    await suite?.stop()
    await rm(folder, { recursive: true })
  })

  /** What a start with these settings says before it ends. */
  async function refuse(test: TestContext, env: NodeJS.ProcessEnv) {
    const { lines, ended } = startProcess(test, 'server.ts', [], { ...suite.env, ...env })
    const code = await ended
    assert.ok(code !== 0 && code !== null, `${code}: ${lines.join('\n')}`)
    return lines.join('\n')
  }

  it('that are missing, short or placeholders keep the app from starting, and are not repeated [ASVS 13.3.1]', async (test) => {
    const short = randomBytes(16).toString('base64url')
    const weak = ['change-me', 'keyboard cat keyboard cat keyboard cat', short, '<secret>']
    const outcomes = ['', ...weak, `${makeSecret()},${short}`].map(async (value) => {
      const said = await refuse(test, { SESSION_SECRETS: value })
      assert.match(said, /SESSION_SECRETS/)
      for (const each of value.split(',').filter(Boolean)) assert.ok(!said.includes(each), said)
    })
    await Promise.all(outcomes)
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
    const app = await suite.start(test, env)
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
    if (suite.lacks(test, 'sharing')) return
    const [first, second] = [makeSecret(), makeSecret()]
    const old = (await suite.start(test, { SESSION_SECRETS: first })).visitor()
    await old.login()
    const token = await old.token()

    const both = await suite.start(test, { SESSION_SECRETS: `${second},${first}` })
    const moved = old.copy({ at: both.origin })
    assert.equal((await moved.post('/api/note', { note: 'kept' }, { token })).status, 200)
    assert.notEqual(moved.jar.get('__Host-id'), old.jar.get('__Host-id'))
    assert.equal((await both.heard('cookie_resigned')).user, 'alice')
    assert.deepEqual((await moved.get('/api/me')).headers.getSetCookie(), [])

    const only = await suite.start(test, { SESSION_SECRETS: second })
    assert.equal(Object(await moved.copy({ at: only.origin }).me()).note, 'kept')
    assert.equal(await old.copy({ at: only.origin }).me(), 401, 'a cookie that was not seen')
  })

  it('are told nowhere [ASVS 16.2.5]', () => assertNoLeaks(suite))
})
