import assert from 'node:assert/strict'
import { after, before, describe, it, type TestContext } from 'node:test'
import { MongoClient } from 'mongodb'
import { nameFromPrefix } from '../../../src/session/backend/contract.ts'
import { examine } from '../conformance/doctor.ts'
import { type Suite, startSuite } from '../conformance/suite.ts'

describe('npm run doctor, of the TTL index', () => {
  let suite: Suite
  before(async () => {
    suite = await startSuite()
  })
  after(() => suite?.stop())

  /** The collection of sessions. */
  async function open(test: TestContext) {
    const { SESSION_STORE_URL = '', SESSION_KEY_PREFIX = '' } = suite.env
    const client = await new MongoClient(SESSION_STORE_URL).connect()
    test.after(() => client.close())
    return client.db().collection(nameFromPrefix(SESSION_KEY_PREFIX))
  }

  const expiryOf = async () =>
    (await suite.backend.diagnose?.())?.findings?.filter(({ check }) => check === 'expiry')

  it('finds none where it is there, and one where it was dropped', async (test) => {
    const collection = await open(test)
    const [good] = (await expiryOf()) ?? []
    assert.deepEqual([good?.found, good?.cure], ['a TTL index, 3600 s after the end', undefined])
    await collection.dropIndex('expires_1')
    const [bad] = (await expiryOf()) ?? []
    assert.match(bad?.cure ?? '', /npm run setup/)
    // The backend makes it at its next start.
    assert.deepEqual((await examine(suite.env)).faults, [])
  })

  it('finds one that removes nothing', async (test) => {
    const collection = await open(test)
    await collection.dropIndex('expires_1')
    await collection.createIndex({ expires: 1 })
    const [bad] = (await expiryOf()) ?? []
    assert.match(bad?.cure ?? '', /^Drop the index on "expires"/)
    await collection.dropIndex('expires_1')
    await collection.createIndex({ expires: 1 }, { expireAfterSeconds: 3600 })
  })
})
