import assert from 'node:assert/strict'
import { after, before, describe, it, type TestContext } from 'node:test'
import { openRedis } from '../../../src/session/backend/index.ts'
import { makeRecord } from '../conformance/record.ts'
import { type Suite, startSuite } from '../conformance/suite.ts'

describe('the keys in Redis', () => {
  let suite: Suite
  before(async () => {
    suite = await startSuite()
  })
  after(() => suite?.stop())

  /** Redis and the prefix of the keys, as they are without a backend. */
  async function openKeys(test: TestContext) {
    const { SESSION_STORE_URL: url = '', SESSION_KEY_PREFIX: prefix = '' } = suite.env
    const redis = await openRedis(url, { prefix, timeoutMs: 1000, onError: () => {} })
    test.after(redis.close)
    return { client: redis.client, prefix }
  }

  it('keep the owner of a session that could not be put into its set, for the retry', async (test) => {
    const { client, prefix } = await openKeys(test)
    const { backend } = suite
    const record = makeRecord()
    const owned = { ...record, owner: 'full', rev: 2 }
    await backend.insert(record)
    await client.set(`${prefix}user:full`, 'is no set')
    await assert.rejects(backend.replace(owned, 1), /WRONGTYPE/)
    assert.deepEqual(await backend.read(record.id), record)
    await client.del(`${prefix}user:full`)
    assert.equal(await backend.replace(owned, 1), 'done')
    assert.deepEqual(await backend.owned('full'), [owned])
  })

  it('may be of another kind, and are not listed then', async (test) => {
    const { client, prefix } = await openKeys(test)
    const { backend } = suite
    const [record, foreign] = [makeRecord(), makeRecord()]
    await backend.insert(record)
    const key = prefix + Buffer.from(foreign.id, 'hex').toString('base64url')
    await client.indexSession(key, 'is in a set', '60')
    const listed = []
    for await (const { id } of backend.scan()) listed.push(id)
    assert.ok(listed.includes(record.id))
    assert.ok(!listed.includes(foreign.id))
    await client.del(key)
  })
})
