import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, it, type TestContext } from 'node:test'
import { QueryTypes, type Sequelize } from 'sequelize'
import { protocols } from '../../../src/session/backend/index.ts'
import { writesRefused } from '../../../src/session/backend/sql-table.ts'
import { openUserTable } from '../../../src/session/backend/user-table.ts'
import { makeRecord } from '../conformance/record.ts'
import { type Suite, startSuite } from '../conformance/suite.ts'
import { openDatabase } from './database.ts'

const isMysql = protocols.some((each) => /^(mysql|mariadb):$/.test(each))
const skip = !isMysql && 'declared: only MySQL and MariaDB have modes'

describe('a server of MySQL or MariaDB', { skip }, () => {
  let suite: Suite
  before(async () => {
    suite = await startSuite({ own: true })
  })
  after(() => suite?.stop())

  function openAsRoot(test: TestContext): Sequelize {
    const url = Object.assign(new URL(String(suite.env.SESSION_STORE_URL)), { username: 'root' })
    const database = openDatabase(url.href)
    test.after(() => database.close())
    return database
  }

  it('is known to take no writes in the words of each version', async (test) => {
    const database = openAsRoot(test)
    const expression = writesRefused(database)
    for (const [word, refuses] of [
      ['0', 0],
      ['1', 1],
      ["'OFF'", 0],
      ["'ON'", 1],
      ["'NO_LOCK'", 1],
      ["'NO_LOCK_NO_ADMIN'", 1],
    ] as const) {
      const statement = `SELECT ${expression.replace('@@read_only', word)} AS refuses`
      const rows = await database.query(statement, { type: QueryTypes.SELECT })
      assert.deepEqual(rows, [{ refuses }], word)
    }
  })

  it('keeps users and sessions as they are, whatever its mode is', async (test) => {
    const database = openAsRoot(test)
    const isMariadb = protocols.includes('mariadb:')
    const modes = [
      'NO_BACKSLASH_ESCAPES',
      'ANSI_QUOTES',
      ...(isMariadb ? ['EMPTY_STRING_IS_NULL'] : []),
    ]
    await database.query(`SET GLOBAL sql_mode = '${modes.join()}'`)
    const url = String(suite.env.SESSION_STORE_URL)
    const users = openUserTable?.(url, {
      prefix: `test${randomBytes(4).toString('hex')}:`,
      timeoutMs: 5000,
    })
    assert.ok(users)
    test.after(users.close)
    await users.prepare()
    const data = JSON.stringify({ hash: `it's "quoted" with a \\ and a \n` })
    const alice = { id: 'alice', name: '', rev: 1, data }
    assert.equal(await users.insert([alice]), true)
    assert.deepEqual(await users.find('alice'), alice)
    assert.equal(await users.replace({ ...alice, rev: 2 }, 1), true)
    assert.deepEqual(await users.find('alice'), { ...alice, rev: 2 })

    const backend = await suite.open(test)
    const record = makeRecord({ owner: 'alice', data })
    await backend.insert(record)
    assert.deepEqual(await backend.read(record.id), record)
    assert.equal(await backend.replace({ ...record, rev: 2 }, record.rev), 'done')
    assert.deepEqual(await backend.owned('alice'), [{ ...record, rev: 2 }])
  })
})
