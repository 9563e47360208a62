import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { openUserTable } from '../../../src/session/backend/user-table.ts'
import { assertFault, examine, production } from './doctor.ts'
import { openProxy } from './proxy.ts'
import { type Suite, startSuite } from './suite.ts'

const timeoutMs = 1000
// Each of the steps has its limit, and a busy machine takes long to start a process.
const patienceMs = 30_000

/** One hour late. */
const lateClock = 'const { now } = Date; Date.now = () => now() - 3_600_000'

describe('npm run doctor', () => {
  let suite: Suite
  before(async () => {
    suite = await startSuite()
  })
  after(() => suite?.stop())

  it('finds no fault in an app of development that is well, and leaves nothing behind', async () => {
    const { faults, checks, text } = await examine({ ...suite.env, NODE_ENV: 'development' })
    assert.deepEqual(faults, [], text)
    for (const looked of ['node', 'environment', 'secrets', 'cookie', 'store', 'rights', 'users']) {
      assert.equal(checks.find(({ check }) => check === looked)?.status, 'ok', text)
    }
    assert.deepEqual(await suite.backend.owned('npm run doctor'), [])
  })

  it('finds no fault in production but how the server of the tests is set up', async () => {
    const { faults, text } = await examine({ ...suite.env, ...production })
    const ofServer = ['durability', 'eviction']
    assert.deepEqual(
      faults.filter(({ check }) => !ofServer.includes(check)),
      [],
      text,
    )
  })

  for (const fault of ['refuse', 'freeze'] as const) {
    it(`finds that a store is away (${fault}), by one fault and in time, and looks at all else`, async (test) => {
      if (suite.lacks(test, 'server')) return
      const proxy = await openProxy(suite.env.SESSION_STORE_URL ?? '')
      test.after(proxy.close)
      await proxy[fault]()
      const began = performance.now()
      const found = await examine({
        ...suite.env,
        SESSION_STORE_URL: proxy.url,
        SESSION_STORE_TIMEOUT_MS: String(timeoutMs),
      })
      assert.ok(performance.now() - began < patienceMs)
      assertFault(found, 'store', /Start the store .* or let SESSION_STORE_URL name/)
      assert.ok(found.checks.some(({ check, status }) => check === 'users' && status === 'ok'))
      const { password } = new URL(proxy.url)
      assert.ok(password === '' || !found.text.includes(password))
    })
  }

  it('finds that a store is away by one fault also where the users are in it', async (test) => {
    if (suite.lacks(test, 'server')) return
    if (!openUserTable) return test.skip('declared: this store keeps users in a file')
    const proxy = await openProxy(suite.env.SESSION_STORE_URL ?? '')
    test.after(proxy.close)
    await proxy.refuse()
    const SESSION_STORE_TIMEOUT_MS = String(timeoutMs)
    const away = { SESSION_STORE_URL: proxy.url, SESSION_STORE_TIMEOUT_MS, USERS_FILE: '' }
    assertFault(await examine({ ...suite.env, ...away }), 'store', /Start the store/)
    const wrong = { SESSION_STORE_URL: 'elsewhere://host', USERS_FILE: '' }
    assertFault(await examine({ ...suite.env, ...wrong }), 'store', /this app's store is at/)
  })

  it('finds that sessions go to another machine without TLS, and notes it in development', async (test) => {
    if (suite.lacks(test, 'server')) return
    const url = String(suite.env.SESSION_STORE_URL)
    const SESSION_STORE_URL = url.replace(/(\/\/(?:[^@/]*@)?)[^/?]*/, '$1store.invalid:1')
    for (const [mode, status] of [
      [production, 'fault'],
      [{}, 'note'],
    ] as const) {
      const env = { ...suite.env, ...mode, SESSION_STORE_URL, SESSION_STORE_TIMEOUT_MS: '1000' }
      const { checks, text } = await examine(env)
      const found = checks.find(({ check }) => check === 'encryption')
      assert.equal(found?.status, status, text)
      assert.match(found?.cure ?? '', /ask for TLS, .* a network that only the app can reach/)
    }
  })

  it('finds an address that is of another store, and does not repeat it', async () => {
    const SESSION_STORE_URL = 'elsewhere://app:sesame@host'
    const found = await examine({ ...suite.env, SESSION_STORE_URL })
    assertFault(found, 'store', /this app's store is at \w+/)
    assert.ok(!found.text.includes('sesame'))
  })

  it('finds that the clock of this machine is not that of the store', async (test) => {
    if ((await suite.backend.diagnose?.())?.clock === undefined) {
      return test.skip('declared: the store of the tests has no clock that can be asked')
    }
    assertFault(await examine(suite.env, { first: lateClock }), 'clock', /NTP/)
  })
})
