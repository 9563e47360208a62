import { randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { nameFromPrefix } from '../../../src/session/backend/contract.ts'
import { assertFault, examine } from '../conformance/doctor.ts'
import { type Suite, startSuite } from '../conformance/suite.ts'
import { openDatabase } from './database.ts'
import { refuseWrites } from './harm.ts'

// Of MySQL and MariaDB: the other databases have tests of their own in place of these.
describe('npm run doctor, of a server', () => {
  let suite: Suite
  before(async () => {
    suite = await startSuite({ own: true })
  })
  after(() => suite?.stop())

  const address = (login: { username?: string; password?: string } = {}) =>
    Object.assign(new URL(String(suite.env.SESSION_STORE_URL)), login).href

  const examineAt = (SESSION_STORE_URL: string) => examine({ ...suite.env, SESSION_STORE_URL })

  it('finds a wrong password', async () => {
    const found = await examineAt(address({ password: randomBytes(12).toString('hex') }))
    assertFault(found, 'store', /the right user and password/)
  })

  it('finds a user who may not delete', async (test) => {
    const login = { username: 'lacking', password: 'of-a-test' }
    const admin = openDatabase(address({ username: 'root' }))
    test.after(() => admin.close())
    const table = nameFromPrefix(String(suite.env.SESSION_KEY_PREFIX))
    await admin.query(`CREATE USER ${login.username} IDENTIFIED BY '${login.password}'`)
    await admin.query(`GRANT SELECT, INSERT, UPDATE ON sessions.${table} TO ${login.username}`)
    const found = await examineAt(address(login))
    assertFault(found, 'rights', /the rights in its store that README\.md names/)
  })

  it('finds that it takes no writes', async (test) => {
    if (typeof refuseWrites === 'string') return test.skip(`declared: ${refuseWrites}`)
    await refuseWrites(address(), test)
    assertFault(await examineAt(address()), 'store', /a server that takes writes/)
  })
})
