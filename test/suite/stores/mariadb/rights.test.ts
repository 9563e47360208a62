import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it, type TestContext } from 'node:test'
import { Sequelize } from 'sequelize'
import { nameFromPrefix } from '../../../src/session/backend/contract.ts'
import { assertNoLeaks, noteSecret } from '../security/leaks.ts'
import { shareSecureApp } from '../security/shared-app.ts'
import { useEverything } from './use-everything.ts'

describe('a user of MariaDB with the rights that README.md names', () => {
  const { suite } = shareSecureApp()

  /** Opens the database until the test ends. */
  function open(test: TestContext, url: string) {
    const database = new Sequelize(url, { logging: false })
    test.after(() => database.close())
    return database
  }

  it('is enough for the app and its commands, and can do no harm to others [ASVS 13.2.2]', async (test) => {
    const { SESSION_STORE_URL = '', SESSION_KEY_PREFIX = '' } = suite().env
    const table = nameFromPrefix(SESSION_KEY_PREFIX)
    const name = `app${randomBytes(4).toString('hex')}`
    const password = randomBytes(12).toString('hex')
    noteSecret('password', password)
    const url = Object.assign(new URL(SESSION_STORE_URL), { username: name, password }).href
    // The password of its first user is that of root, too, in the server that the tests start.
    const root = Object.assign(new URL(SESSION_STORE_URL), { username: 'root' }).href
    const admin = open(test, root)
    const isRoot = await admin.authenticate().then(
      () => true,
      () => false,
    )
    if (!isRoot) {
      test.skip('declared: the server at SESSION_STORE_URL lets nobody in who may make a user')
      return
    }
    await admin.query(`CREATE USER ${name} IDENTIFIED BY '${password}'`)
    await admin.query(`CREATE TABLE others_of_${name} (text text)`)
    try {
      await suite().command('sessions.ts', ['init'], { env: { USERS_FILE: '' } })
      for (const each of [table, `${table}_users`]) {
        await admin.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${each} TO ${name}`)
      }
      await useEverything(test, suite(), { SESSION_STORE_URL: url, USERS_FILE: '' })
      const user = open(test, url)
      for (const statement of [
        `DROP TABLE ${table}`,
        `DROP TABLE ${table}_users`,
        `TRUNCATE TABLE ${table}`,
        `SELECT * FROM others_of_${name}`,
        'CREATE TABLE more (text text)',
      ]) {
        await assert.rejects(user.query(statement), /command denied/, statement)
      }
    } finally {
      await admin.query(`DROP TABLE others_of_${name}`)
      await admin.query(`DROP USER ${name}`)
    }
  })

  it('gives no secret away [ASVS 16.2.5]', () => assertNoLeaks(suite()))
})
