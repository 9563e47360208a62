import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { QueryTypes } from 'sequelize'
import { openDatabase } from '../../../src/session/backend/database.ts'
import { type Suite, startSuite } from '../conformance/suite.ts'

describe('an address of MariaDB', () => {
  let suite: Suite
  before(async () => {
    suite = await startSuite()
  })
  after(() => suite?.stop())

  for (const [end, isAsked] of [
    ['', false],
    ['?ssl=true', true],
  ] as const) {
    it(`${isAsked ? 'asks for TLS by ?ssl=true' : 'asks for none by itself'}`, async (test) => {
      const database = openDatabase(`${suite.env.SESSION_STORE_URL}${end}`, { timeoutMs: 30_000 })
      test.after(() => database.close())
      const type = QueryTypes.SELECT
      const found = await database.query<{ Value: string }>(`SHOW STATUS LIKE 'Ssl_cipher'`, {
        type,
      })
      assert.equal(found[0]?.Value !== '', isAsked)
    })
  }
})
