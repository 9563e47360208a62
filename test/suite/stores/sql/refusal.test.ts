import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isMissingTable, isReadOnly, isRefusal } from '../../../src/session/backend/sql-error.ts'

/** An error as Sequelize passes it on from a driver. */
const from = (original: object) => Object.assign(new Error('of a driver'), { original })

describe('an error of a database', () => {
  for (const [what, error] of Object.entries({
    'PostgreSQL that is a standby': from({ code: '25006' }),
    'MariaDB or MySQL that is read-only': from({ errno: 1290, sqlState: 'HY000' }),
    'MySQL that is super read-only': from({ errno: 1836, sqlState: 'HY000' }),
  })) {
    it(`of ${what} is a refusal, and a reason to connect anew`, () => {
      assert.deepEqual([isReadOnly(error), isRefusal(error)], [true, true])
    })
  }

  for (const [what, error] of Object.entries({
    'without rights': from({ code: '42501' }),
    'of a full disk': from({ code: '53100' }),
    'of a full table of MySQL': from({ errno: 1114, sqlState: 'HY000' }),
    'of a file of SQLite that is read-only': from({ errcode: 1032 }),
  })) {
    it(`${what} is a refusal`, () => {
      assert.deepEqual([isReadOnly(error), isRefusal(error)], [false, true])
    })
  }

  for (const [what, error] of Object.entries({
    'of a connection that was lost': from({ code: 'ECONNRESET' }),
    'of a server that shuts down': from({ code: '57P01' }),
    'of a server with too many connections': from({ code: '53300' }),
    'of a socket of MariaDB without an answer': from({ errno: 45026, sqlState: '08S01' }),
    'of a statement that took too long': from({ code: '57014' }),
    'of a file that is locked': from({ errcode: 5 }),
    'that is not of a driver': new Error('no connection'),
  })) {
    it(`${what} is a sign that it is away`, () => assert.equal(isRefusal(error), false))
  }

  it('tells that there is no table', () => {
    for (const original of [{ code: '42P01' }, { errno: 1146 }]) {
      assert.ok(isMissingTable(from(original)))
    }
    assert.ok(isMissingTable(new Error('SQLITE_ERROR: no such table: sess')))
    assert.ok(!isMissingTable(from({ code: '25006' })))
  })
})
