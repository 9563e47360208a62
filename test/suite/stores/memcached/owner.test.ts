import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { MemcacheClient } from 'memcache-client'
import { isDone, readServer } from '../../../src/session/backend/memcached.ts'
import { makeRecord } from '../conformance/record.ts'
import { type Suite, startSuite } from '../conformance/suite.ts'

describe("a user's list in Memcached", () => {
  let suite: Suite
  before(async () => {
    suite = await startSuite()
  })
  after(() => suite?.stop())

  it('that cannot take a session keeps the owner of it, for the retry', async (test) => {
    const { SESSION_STORE_URL: url = '', SESSION_KEY_PREFIX: prefix = '' } = suite.env
    const client = new MemcacheClient({ server: readServer(url, prefix) })
    test.after(() => client.shutdown())
    const { backend } = suite
    const record = makeRecord()
    const owned = { ...record, owner: 'full', rev: 2 }
    await backend.insert(record)
    const key = `${prefix}owner:${createHash('sha256').update('full').digest('hex')}`
    // An item has room for a megabyte, some of which the server takes.
    await client.set(key, '\n'.repeat(1_040_000))
    while (await isDone(client.append(key, '\n'.repeat(60)))) {}
    await assert.rejects(backend.replace(owned, 1), /no room/)
    assert.deepEqual(await backend.read(record.id), record)
    await client.delete(key)
    assert.equal(await backend.replace(owned, 1), 'done')
    assert.deepEqual(await backend.owned('full'), [owned])
  })
})
