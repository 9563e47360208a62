import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Sequelize } from 'sequelize'
import { nameFromPrefix } from '../../../src/session/backend/contract.ts'
import { eventually } from '../conformance/clock.ts'
import { openSite } from '../conformance/site.ts'
import { type Suite, startSuite } from '../conformance/suite.ts'

const poolSize = 10

describe('a table that somebody has locked', () => {
  let suite: Suite
  before(async () => {
    suite = await startSuite({ own: true })
  })
  after(() => suite?.stop())

  it('is a 503 that leaves no statements behind at the server, and no connections beyond the ten', async (test) => {
    const env = { SESSION_STORE_TIMEOUT_MS: '500' }
    const backend = await suite.open(test, env)
    const site = await openSite(test, suite, { env, wrap: () => backend })
    const browser = (await openSite(test, suite)).open()
    await browser.login()
    const there = browser.copy(site.origin)
    const admin = new Sequelize(String(suite.env.SESSION_STORE_URL), { logging: false })
    test.after(() => admin.close())
    const lock = await admin.transaction()
    test.after(() => lock.rollback().catch(() => {}))
    const table = nameFromPrefix(String(suite.env.SESSION_KEY_PREFIX))
    await admin.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`, { transaction: lock })

    for (let round = 0; round < 8; round++) {
      const asking = Array.from({ length: 2 * poolSize }, () => backend.read('0'.repeat(64)))
      for (const { status } of await Promise.allSettled(asking)) assert.equal(status, 'rejected')
      const [[{ count }]] = (await admin.query(
        "SELECT count(*)::int FROM pg_stat_activity WHERE wait_event_type = 'Lock'",
      )) as unknown as [[{ count: number }]]
      assert.ok(count <= poolSize, `${count} wait for the lock in round ${round}`)
    }
    assert.equal(await there.me(), 503)
    await lock.rollback()
    await eventually(async () => (await there.me()).user === 'alice', 'it is served again')
  })
})
