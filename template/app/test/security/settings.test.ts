import assert from 'node:assert/strict'
import { after, before, describe, it, type TestContext } from 'node:test'
import { goesInTheClear } from '../../src/session/encryption.ts'
import { readLacks } from '../lacks.ts'
import { startProcess } from '../server.ts'
import { alice } from '../suite.ts'
import { type SecureSuite, startSecureSuite } from './app.ts'

describe('settings', () => {
  let suite: SecureSuite
  before(async () => {
    suite = await startSecureSuite()
  })
  after(() => suite?.stop())

  /** What a start with these settings says before it ends. */
  async function refuse(test: TestContext, env: NodeJS.ProcessEnv) {
    const { lines, ended } = startProcess(test, 'server.ts', [], { ...suite.env, ...env })
    assert.equal(await ended, 1, lines.join('\n'))
    return lines.join('\n')
  }

  it('take no SameSite=None [CK-3, ASVS 3.3.2]', async (test) => {
    for (const SESSION_SAME_SITE of ['none', 'None'])
      assert.match(await refuse(test, { SESSION_SAME_SITE }), /SESSION_SAME_SITE/)
  })

  it('of development go without Secure, and only there: production starts with it or not at all [CK-9, ASVS 3.3.1]', async (test) => {
    const host = { NODE_ENV: 'development', SESSION_COOKIE_NAME: '__Host-id' }
    assert.match(await refuse(test, host), /SESSION_COOKIE_NAME/)
    const near = await suite.start(test, { NODE_ENV: 'development', PUBLIC_ORIGIN: undefined })
    const headers = { Origin: near.origin }
    const visitor = near.visitor({ headers: { 'X-Forwarded-Proto': null, ...headers } })
    const token = await visitor.token('/login')
    const sent = { token, headers }
    const login = await visitor.submit('/login', { ...alice }, sent)
    const [cookie = ''] = login.headers.getSetCookie()
    assert.match(cookie, /^id=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/)
  })

  it('are the safe ones unless somebody says otherwise, and the log tells them [SM-6, ASVS 7.1.1]', async (test) => {
    const app = await suite.start(test)
    const { idle, absolute } = await app.heard('session_policy')
    assert.deepEqual([idle, absolute], [1800, 43_200])
  })

  it('that keep sessions in this process only are refused in production [ASVS 13.4.2]', async (test) => {
    if (!suite.backend.isPrivate) return test.skip('declared: other processes see the sessions')
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
    assert.deepEqual([...plain, ...safe].filter(goesInTheClear), plain)
    const url = String(suite.env.SESSION_STORE_URL)
    const near = await suite.start(test)
    assert.equal(near.events('store_not_encrypted').length, goesInTheClear(url) ? 1 : 0)
    if ((await readLacks()).server) return
    const away = url.replace(/(\/\/(?:[^@/]*@)?)[^/?]*/, '$1store.invalid:1')
    const app = await suite.start(test, { SESSION_STORE_URL: away })
    await app.heard('store_not_encrypted')
  })
})
