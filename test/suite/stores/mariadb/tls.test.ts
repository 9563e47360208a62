import assert from 'node:assert/strict'
import { after, before, describe, it, type TestContext } from 'node:test'
import { QueryTypes } from 'sequelize'
import { openDatabase } from '../../../src/session/backend/database.ts'
import { type Suite, startSuite } from '../conformance/suite.ts'

describe('an address of MariaDB', () => {
  let suite: Suite
  before(async () => {
    suite = await startSuite()
  })
  after(() => suite?.stop())

  /** Shows one row by a connection to the server of the tests, whose address ends so. */
  async function show(test: TestContext, end: string, statement: string): Promise<string> {
    const url = `${suite.env.SESSION_STORE_URL}${end}`
    const database = openDatabase(url, { timeoutMs: 30_000 })
    test.after(() => database.close())
    const type = QueryTypes.SELECT
    const [row] = await database.query<{ Value: string }>(`SHOW ${statement}`, { type })
    return row?.Value ?? ''
  }

  const cipher = `STATUS LIKE 'Ssl_cipher'`

  it('asks for TLS by ?ssl=true, and is of no use where the server has none', async (test) => {
    assert.equal(await show(test, '', cipher), '')
    const hasTls = (await show(test, '', `VARIABLES LIKE 'have_ssl'`)) === 'YES'
    const encrypted = show(test, '?ssl=true', cipher)
    if (hasTls) assert.notEqual(await encrypted, '')
    else await assert.rejects(encrypted, /ssl not enabled in the server/)
  })
})
