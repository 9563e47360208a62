import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Sequelize } from 'sequelize'
import { nameFromPrefix } from '../../../src/session/backend/contract.ts'
import { openBrowser } from '../conformance/browser.ts'
import { startServer } from '../conformance/server.ts'
import { type Suite, startSuite } from '../conformance/suite.ts'
import { openDatabase } from './database.ts'

const secret = 'nobody may read this note. '.repeat(40)

/** Statements after which the table refuses a long session. */
function refuseLong(db: Sequelize, table: string): string {
  return db.getDialect() === 'sqlite'
    ? `CREATE TRIGGER ${table}_short BEFORE UPDATE ON ${table} WHEN length(new.data) > 500
       BEGIN SELECT RAISE(ABORT, 'too long'); END`
    : `ALTER TABLE ${table} ADD CHECK (length(data) < 500)`
}

describe('the log', () => {
  let suite: Suite
  before(async () => {
    suite = await startSuite()
  })
  after(() => suite?.stop())

  it('says why the database refused, and nothing that a session holds, nor its id', async (test) => {
    const { SESSION_STORE_URL: url = '', SESSION_KEY_PREFIX: prefix = '' } = suite.env
    const db = openDatabase(url)
    test.after(() => db.close())
    const table = nameFromPrefix(prefix)
    const server = await startServer(test, suite)
    const browser = openBrowser(server.origin)
    const { id } = await suite.started(browser.login)
    await db.query(refuseLong(db, table))
    assert.equal((await browser.post('/api/note', { note: secret })).status, 503)
    await db.query(`ALTER TABLE ${table} RENAME COLUMN owner TO user_name`)
    assert.equal(await browser.me(), 503)
    assert.equal((await openBrowser(server.origin).login()).status, 503)
    await db.query(`ALTER TABLE ${table} RENAME COLUMN user_name TO owner`)
    await server.end('SIGTERM')
    const reports = server.lines.filter((line) => line.includes('store_unavailable'))
    assert.ok(reports.length >= 2, server.lines.join('\n'))
    for (const line of reports) assert.match(line, /too long|constraint|column/i)
    const all = server.lines.join('\n')
    assert.ok(
      !all.includes(secret.slice(0, 20)) && !all.includes(id) && !all.includes('fields'),
      all,
    )
  })
})
