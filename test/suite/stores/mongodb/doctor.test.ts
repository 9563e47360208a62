import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, it, type TestContext } from 'node:test'
import { MongoClient } from 'mongodb'
import { nameFromPrefix } from '../../../src/session/backend/contract.ts'
import { assertFault, examine } from '../conformance/doctor.ts'
import { type Suite, startSuite } from '../conformance/suite.ts'

describe('npm run doctor, of the TTL index', () => {
  let suite: Suite
  before(async () => {
    suite = await startSuite()
  })
  after(() => suite?.stop())

  /** The collection of sessions with a prefix. */
  async function open(test: TestContext, prefix = suite.env.SESSION_KEY_PREFIX ?? '') {
    const client = await new MongoClient(suite.env.SESSION_STORE_URL ?? '').connect()
    test.after(() => client.close())
    return client.db().collection(nameFromPrefix(prefix))
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

  it('finds one that removes nothing, which stays as it is', async (test) => {
    const SESSION_KEY_PREFIX = `plain${randomBytes(4).toString('hex')}:`
    const collection = await open(test, SESSION_KEY_PREFIX)
    test.after(() => collection.drop())
    await collection.createIndex({ expires: 1 })
    const found = await examine({ ...suite.env, SESSION_KEY_PREFIX })
    assertFault(found, 'expiry', /Drop the index on "expires"/)
  })
})
