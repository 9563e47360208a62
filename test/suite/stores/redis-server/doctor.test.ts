import assert from 'node:assert/strict'
import { after, before, describe, it, type TestContext } from 'node:test'
import { createClient } from 'redis'
import { assertFault, examine, production } from '../conformance/doctor.ts'
import { lacks, type Suite, startSuite } from '../conformance/suite.ts'
import { refuseWrites } from './harm.ts'

// What is there, in an app that is set up as production and as docker-compose.yml has its server.
const asShipped = ['CONFIG SET appendonly yes', 'CONFIG SET maxmemory-policy noeviction']

describe('npm run doctor, of a server', () => {
  let suite: Suite
  before(async () => {
    suite = await startSuite({ own: true })
  })
  after(() => suite?.stop())

  /** Sends commands to the server as its administrator. */
  async function send(...commands: string[]) {
    const client = createClient({ url: String(suite.env.SESSION_STORE_URL) })
    await client.connect()
    for (const command of commands) await client.sendCommand(command.split(' '))
    client.destroy()
  }

  // A client that is refused tries again until its time is over.
  const examineWith = (env: NodeJS.ProcessEnv = {}) =>
    examine({ ...suite.env, SESSION_STORE_TIMEOUT_MS: '3000', ...env })

  /** The address for a user with all rights but some. */
  async function addressOf(test: TestContext, name: string, without: string) {
    await send(`ACL SETUSER ${name} on >of-a-test resetkeys ~* resetchannels +@all ${without}`)
    test.after(() => send(`ACL DELUSER ${name}`))
    const url = new URL(String(suite.env.SESSION_STORE_URL))
    return Object.assign(url, { username: name, password: 'of-a-test' }).href
  }

  it('finds none in production where it is set up as docker-compose.yml has it', async () => {
    await send(...asShipped)
    const { faults, checks } = await examineWith(production)
    assert.deepEqual(faults, [])
    const store = checks.find(({ check }) => check === 'store')
    assert.match(store?.found ?? '', /^\w+ \d+\.\d+\.\d+ takes writes$/)
  })

  it('finds that it may evict sessions', async () => {
    await send(...asShipped, 'CONFIG SET maxmemory-policy allkeys-lru')
    assertFault(await examineWith(), 'eviction', /maxmemory-policy noeviction/)
    await send(...asShipped)
  })

  it('finds that its append-only file is off, which is a note in development', async () => {
    await send(...asShipped, 'CONFIG SET appendonly no')
    const { faults, checks } = await examineWith()
    assert.deepEqual(faults, [])
    assert.equal(checks.find(({ check }) => check === 'durability')?.status, 'note')
    assertFault(await examineWith(production), 'durability', /appendonly yes/)
    await send(...asShipped)
  })

  it('finds a wrong password, and does not repeat it', async (test) => {
    const url = new URL(await addressOf(test, 'reader', '-info'))
    url.password = 'not-that-of-a-test'
    const found = await examineWith({ SESSION_STORE_URL: url.href })
    assertFault(found, 'store', /the right user and password/)
    assert.ok(!found.text.includes(url.password))
  })

  it('finds a user without a right that the app needs, and says for what', async (test) => {
    // Keyv has no lists of the server's.
    const command = lacks.atomic ? 'unlink' : 'zadd'
    const url = await addressOf(test, 'lacking', `-${command}`)
    const found = await examineWith({ SESSION_STORE_URL: url })
    assertFault(found, 'rights', /README\.md/)
    assert.match(found.faults[0]?.found ?? '', /^the app cannot (keep|end) a session: \w/)
  })

  it('finds a user that may write nothing', async (test) => {
    const url = await addressOf(test, 'writeless', '-@write')
    assertFault(await examineWith({ SESSION_STORE_URL: url }), 'store', /rights/)
  })

  it('has nothing to say of a server that it may not ask', async (test) => {
    const url = await addressOf(test, 'asker', '-info')
    const { faults, checks } = await examineWith({ SESSION_STORE_URL: url, ...production })
    assert.deepEqual(faults, [])
    assert.ok(!checks.some(({ check }) => ['durability', 'eviction', 'clock'].includes(check)))
  })

  it('finds that it takes no writes', async (test) => {
    if (typeof refuseWrites === 'string') return test.skip(`declared: ${refuseWrites}`)
    await refuseWrites(String(suite.env.SESSION_STORE_URL), test)
    assertFault(await examineWith(), 'store', /a server that takes writes/)
    await send('REPLICAOF NO ONE')
  })
})
