import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Sequelize } from 'sequelize'
import { nameFromPrefix } from '../../../src/session/backend/contract.ts'
import { assertFault, examine, production } from '../conformance/doctor.ts'
import { type Suite, startSuite } from '../conformance/suite.ts'
import { refuseWrites } from './harm.ts'

describe('npm run doctor, of a server', () => {
  let suite: Suite
  before(async () => {
    suite = await startSuite({ own: true })
  })
  after(() => suite?.stop())

  const address = (login: { username?: string; password?: string } = {}) =>
    Object.assign(new URL(String(suite.env.SESSION_STORE_URL)), login).href

  async function send(...statements: string[]) {
    const database = new Sequelize(address(), { logging: false })
    for (const statement of statements) await database.query(statement)
    await database.close()
  }

  const examineWith = (env: NodeJS.ProcessEnv = {}) => examine({ ...suite.env, ...env })

  it('finds none in production where nothing was set', async () => {
    const { faults, checks } = await examineWith(production)
    assert.deepEqual(faults, [])
    const store = checks.find(({ check }) => check === 'store')
    assert.match(store?.found ?? '', /^PostgreSQL \d+\.\d+.* takes writes$/)
  })

  it('finds a wrong password, and does not repeat it', async () => {
    const SESSION_STORE_URL = address({ password: 'not-that-of-the-server' })
    const found = await examineWith({ SESSION_STORE_URL })
    assertFault(found, 'store', /the right user and password/)
    assert.ok(!found.text.includes('not-that-of-the-server'))
  })

  it('finds a database that is not there', async () => {
    const url = new URL(address())
    url.pathname = '/elsewhere'
    const found = await examineWith({ SESSION_STORE_URL: url.href })
    assertFault(found, 'store', /name its host, port and database/)
  })

  for (const [rights, check] of [
    ['SELECT, INSERT, UPDATE', 'rights'],
    ['SELECT', 'store'],
  ] as const) {
    it(`finds a user who has no more rights than ${rights}`, async () => {
      const login = { username: 'lacking', password: 'of-a-test' }
      const table = nameFromPrefix(String(suite.env.SESSION_KEY_PREFIX))
      await send(
        `CREATE ROLE ${login.username} LOGIN PASSWORD '${login.password}'`,
        `GRANT ${rights} ON ${table} TO ${login.username}`,
      )
      const found = await examineWith({ SESSION_STORE_URL: address(login) })
      await send(`DROP OWNED BY ${login.username}`, `DROP ROLE ${login.username}`)
      assertFault(found, check, /the rights in its store that README\.md names/)
      assert.match(found.faults[0]?.found ?? '', /permission denied for table/)
    })
  }

  it('finds that it does not wait for its disk, which is a note in development', async () => {
    const set = (value: string) =>
      send(`ALTER SYSTEM SET synchronous_commit = ${value}`, 'SELECT pg_reload_conf()')
    await set('off')
    const { faults, checks } = await examineWith()
    assert.deepEqual(faults, [])
    assert.equal(checks.find(({ check }) => check === 'durability')?.status, 'note')
    assertFault(await examineWith(production), 'durability', /synchronous_commit to on/)
    await set('on')
  })

  it('finds that it takes no writes', async (test) => {
    if (typeof refuseWrites === 'string') return test.skip(`declared: ${refuseWrites}`)
    await refuseWrites(address(), test)
    assertFault(await examineWith(), 'store', /a server that takes writes/)
  })
})
