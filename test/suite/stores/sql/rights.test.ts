import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it, type TestContext } from 'node:test'
import { QueryTypes, type Sequelize } from 'sequelize'
import { nameFromPrefix } from '../../../src/session/backend/contract.ts'
import { protocols } from '../../../src/session/backend/index.ts'
import { assertNoLeaks, noteSecret } from '../security/leaks.ts'
import { shareSecureApp } from '../security/shared-app.ts'
import { useEverything } from '../security/use-everything.ts'
import { openDatabase } from './database.ts'

const skip = protocols.includes('sqlite:') && 'declared: a file has no users of its own'

describe('a user of the database with the rights that README.md names', { skip }, () => {
  const { suite } = shareSecureApp()

  /** Opens a database until the test ends. */
  function open(test: TestContext, url: string): Sequelize {
    const database = openDatabase(url)
    test.after(() => database.close())
    return database
  }

  it('is enough for the app and its commands, and can do no harm to others [ASVS 13.2.2]', async (test) => {
    const { SESSION_STORE_URL = '', SESSION_KEY_PREFIX = '' } = suite().env
    const isPostgres = SESSION_STORE_URL.startsWith('postgres')
    const address = (login: object) => Object.assign(new URL(SESSION_STORE_URL), login).href
    // In the servers that the tests start, the first user of MySQL and MariaDB has the password of root.
    const admin = open(test, address(isPostgres ? {} : { username: 'root' }))
    const rights = isPostgres
      ? 'SELECT rolsuper OR rolcreaterole AS may FROM pg_roles WHERE rolname = current_user'
      : 'SELECT TRUE AS may'
    const [own] = await admin.query(rights, { type: QueryTypes.SELECT }).catch(() => [])
    if (!Object(own).may) {
      test.skip('declared: the user of SESSION_STORE_URL may make no other one')
      return
    }

    const table = nameFromPrefix(SESSION_KEY_PREFIX)
    const login = {
      username: `app${randomBytes(4).toString('hex')}`,
      password: randomBytes(12).toString('hex'),
    }
    noteSecret('password', login.password)
    const { username } = login
    const toMake = isPostgres ? 'LOGIN PASSWORD' : 'IDENTIFIED BY'
    await admin.query(`CREATE USER ${username} ${toMake} '${login.password}'`)
    await admin.query(`CREATE TABLE others_of_${username} (text text)`)
    try {
      await suite().command('sessions.ts', ['init'], { env: { USERS_FILE: '' } })
      for (const each of [table, `${table}_users`]) {
        await admin.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${each} TO ${username}`)
      }
      await useEverything(test, suite(), { SESSION_STORE_URL: address(login), USERS_FILE: '' })
      const elsewhere = { SESSION_STORE_URL: address(login), SESSION_KEY_PREFIX: 'elsewhere:' }
      const setup = await suite().command('setup.ts', [], { env: elsewhere })
      assert.equal(setup.code, 1)
      assert.match(setup.out, /refuses it .* the rights that README\.md names/)
      const user = open(test, address(login))
      for (const statement of [
        `DROP TABLE ${table}`,
        `DROP TABLE ${table}_users`,
        `TRUNCATE TABLE ${table}`,
        `SELECT * FROM others_of_${username}`,
        'CREATE TABLE more (text text)',
      ]) {
        await assert.rejects(user.query(statement), /must be owner| denied/, statement)
      }
    } finally {
      await admin.query(`DROP TABLE others_of_${username}`)
      if (isPostgres) await admin.query(`DROP OWNED BY ${username}`)
      await admin.query(`DROP USER ${username}`)
    }
  })

  it('gives no secret away [ASVS 16.2.5]', () => assertNoLeaks(suite()))
})
