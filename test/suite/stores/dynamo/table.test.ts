import assert from 'node:assert/strict'
import { after, before, describe, it, type TestContext } from 'node:test'
import { createKeys, type OpenClient, ttlName } from '../../../src/session/backend/api.ts'
import { overDynamo } from '../../../src/session/backend/dynamo.ts'
import { readAddress } from '../../../src/session/backend/dynamo-address.ts'
import { openClient } from '../../../src/session/backend/index.ts'
import { makeRecord } from '../conformance/record.ts'
import { type Suite, startSuite } from '../conformance/suite.ts'

describe('the table of sessions', () => {
  let suite: Suite
  let address = ''
  let prefix = ''
  before(async () => {
    suite = await startSuite()
    address = suite.env.SESSION_STORE_URL ?? ''
    prefix = suite.env.SESSION_KEY_PREFIX ?? ''
  })
  after(() => suite?.stop())

  /** The table and the API, as they are without a backend. */
  function openTable(test: TestContext) {
    const { table: TableName, client } = readAddress(address, prefix)
    const { call, close } = openClient(client, 10_000)
    test.after(close)
    return { TableName, call }
  }

  it('is paid by request, and its TTL is on', async (test) => {
    const { TableName, call } = openTable(test)
    const { Table } = await call('describeTable', { TableName })
    assert.equal(Table?.BillingModeSummary?.BillingMode, 'PAY_PER_REQUEST')
    const { TimeToLiveDescription } = await call('describeTimeToLive', { TableName })
    assert.deepEqual(TimeToLiveDescription, {
      TimeToLiveStatus: 'ENABLED',
      AttributeName: ttlName,
    })
  })

  it('has whole seconds for the TTL, and never before the end', async (test) => {
    const { TableName, call } = openTable(test)
    const keys = createKeys(prefix)
    const ttlOf = async (Key: object) =>
      (await call('getItem', { TableName, Key })).Item?.[ttlName]?.N
    const { backend } = suite
    const record = makeRecord({ owner: 'with a TTL' })
    const ends = [0, 1, 1000].map((more) => record.expires + more)
    // An hour later, for DynamoDB's clock may be another.
    const seconds = ends.map((ms) => String(Math.ceil(ms / 1000) + 3600))
    await backend.insert(record)
    assert.equal(await ttlOf(keys.session(record.id)), seconds[0])
    assert.match((await ttlOf(keys.owner('with a TTL'))) ?? '', /^\d{10}$/)
    await backend.replace({ ...record, rev: 2, expires: ends[1] ?? 0 }, 1)
    assert.equal(await ttlOf(keys.session(record.id)), seconds[1])
    await backend.touch(record.id, ends[2] ?? 0)
    assert.equal(await ttlOf(keys.session(record.id)), seconds[2])
  })

  it('that nobody made is an error that says how, and is not made by the way', async (test) => {
    const backend = await suite.open(test, { SESSION_KEY_PREFIX: `${prefix}missing:` })
    const record = makeRecord({ owner: 'nobody' })
    for (const act of [
      () => backend.ping(),
      () => backend.insert(record),
      () => backend.read(record.id),
      () => backend.replace(record, 1),
      () => backend.touch(record.id, record.expires),
      () => backend.owned('nobody'),
      () => backend.remove(record.id),
    ]) {
      await assert.rejects(act, /no table "\w+_missing".*npm run setup/)
    }
  })

  it('with another key is refused', async (test) => {
    const { TableName, call } = openTable(test)
    await call('createTable', {
      TableName: `${TableName}_other`,
      KeySchema: [{ AttributeName: 'sid', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'sid', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    })
    const backend = await suite.open(test, { SESSION_KEY_PREFIX: `${prefix}other:` })
    await assert.rejects(backend.prepare, /has the key sid/)
  })

  it('that the address names is shared by prefixes, which do not see each other', async (test) => {
    const named = { SESSION_STORE_URL: `${address}/shared.by-many` }
    const one = await suite.open(test, { ...named, SESSION_KEY_PREFIX: prefix })
    const two = await suite.open(test, { ...named, SESSION_KEY_PREFIX: `${prefix}sub:` })
    await one.prepare()
    const [mine, other] = [makeRecord({ owner: 'both' }), makeRecord({ owner: 'both' })]
    await one.insert(mine)
    await two.insert(other)
    for (const [backend, own, foreign] of [
      [one, mine, other],
      [two, other, mine],
    ] as const) {
      assert.equal(await backend.read(foreign.id), null)
      assert.deepEqual(await backend.owned('both'), [own])
      const listed = []
      for await (const each of backend.scan()) listed.push(each)
      assert.deepEqual(listed, [own])
    }
  })

  it('knows a write that the SDK has sent twice, because the first response was lost', async () => {
    const twice: OpenClient = (client, timeoutMs) => {
      const { call, close } = openClient(client, timeoutMs)
      const callTwice: typeof call = async (operation, input) => {
        await call(operation, input)
        return await call(operation, input)
      }
      return { call: callTwice, close }
    }
    const place = readAddress(address, prefix)
    const options = { prefix, absoluteMs: 60_000, timeoutMs: 5000, onError: () => {} }
    const backend = overDynamo(place, options, twice, () => suite.backend)
    const record = makeRecord()
    await suite.backend.insert(record)
    const next = { ...record, rev: 2, owner: 'sent twice' }
    assert.equal(await backend.replace(next, 1), 'done')
    assert.deepEqual(await suite.backend.owned('sent twice'), [next])
    assert.equal(await backend.replace(next, 1), 'changed')
    await backend.close()
  })
})
