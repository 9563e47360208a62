import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { MongoClient } from 'mongodb'
import { nameFromPrefix } from '../../../src/session/backend/contract.ts'
import { openClock } from '../conformance/clock.ts'
import { makeRecord } from '../conformance/record.ts'
import { type Suite, startSuite } from '../conformance/suite.ts'

describe('the collection of sessions', () => {
  let suite: Suite
  before(async () => {
    suite = await startSuite()
  })
  after(() => suite?.stop())

  it("may hold documents of somebody else, such as connect-mongo's, which are not listed", async (test) => {
    const { backend, env } = suite
    const client = await new MongoClient(env.SESSION_STORE_URL ?? '').connect()
    test.after(() => client.close())
    const name = nameFromPrefix(env.SESSION_KEY_PREFIX ?? '')
    const record = makeRecord()
    await backend.insert(record)
    const [one, two] = [makeRecord(), makeRecord()]
    const expires = new Date(record.expires)
    await client
      .db()
      .collection<{ _id: string }>(name)
      .insertMany(
        [
          { _id: 'of-connect-mongo', session: '{"cookie":{},"user":"ann"}' },
          { _id: `${record.id}0`, session: { ...record } },
          { _id: one.id, session: '{"cookie":{}}' },
          { _id: two.id },
        ].map((document) => ({ ...document, expires })),
      )
    const listed = []
    for await (const each of backend.scan()) listed.push(each)
    assert.deepEqual(listed, [record])
  })

  it('has its indexes again by the next login when it was dropped', async (test) => {
    const pass = openClock(test)
    const { backend, env } = suite
    await backend.insert(makeRecord())
    const client = await new MongoClient(env.SESSION_STORE_URL ?? '').connect()
    test.after(() => client.close())
    const collection = client.db().collection(nameFromPrefix(env.SESSION_KEY_PREFIX ?? ''))
    const keys = async () =>
      (await collection.indexes()).map(({ key }) => Object.keys(key).join()).sort()
    const before = await keys()
    await collection.drop()
    // It is looked for once a minute.
    pass(61_000)
    await backend.insert(makeRecord())
    assert.deepEqual(await keys(), before)
  })
})
