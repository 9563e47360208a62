import assert from 'node:assert/strict'
import { chmodSync, statSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { examine } from '../conformance/doctor.ts'
import { type Suite, startSuite } from '../conformance/suite.ts'

describe('npm run doctor, of the file of SQLite', () => {
  let suite: Suite
  before(async () => {
    suite = await startSuite({ own: true })
  })
  after(() => suite?.stop())

  it('finds it for its owner alone, as each start of the app makes it', async (test) => {
    if (process.platform === 'win32') return test.skip('declared: on Windows a mode says nothing')
    const file = String(suite.env.SESSION_STORE_URL).replace('sqlite:', '')
    chmodSync(file, 0o644)
    const { faults, checks } = await examine(suite.env)
    assert.deepEqual(faults, [])
    assert.ok(checks.some(({ check, found }) => check === 'files' && found === `${file} is 0600`))
    assert.equal(statSync(file).mode & 0o777, 0o600)
  })
})
