import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { MemcacheClient } from 'memcache-client'
import { readServer } from '../../../src/session/backend/memcached.ts'
import { assertFault, examine, production } from '../conformance/doctor.ts'
import { type Suite, startSuite } from '../conformance/suite.ts'

describe('npm run doctor, of Memcached', () => {
  let suite: Suite
  before(async () => {
    suite = await startSuite({ own: true })
  })
  after(() => suite?.stop())

  it('finds none in production until it has evicted something', async (test) => {
    const env = { ...suite.env, ...production }
    assert.deepEqual((await examine(env)).faults, [])
    const { SESSION_STORE_URL: url = '', SESSION_KEY_PREFIX: prefix = '' } = suite.env
    const client = new MemcacheClient({ server: readServer(url, prefix) })
    test.after(() => client.shutdown())
    // It has 64 megabytes unless told.
    for (let key = 0; key < 200; key++) await client.set(`${prefix}${key}`, 'x'.repeat(1_000_000))
    assertFault(await examine(env), 'eviction', /more memory/)
  })
})
