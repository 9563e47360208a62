import assert from 'node:assert/strict'
import { after, before, describe, it, type TestContext } from 'node:test'
import {
  createKeys,
  type OpenClient,
  type Operation,
  ttlName,
} from '../../../src/session/backend/api.ts'
import { overDynamo } from '../../../src/session/backend/dynamo.ts'
import { readAddress } from '../../../src/session/backend/dynamo-address.ts'
import { openClient } from '../../../src/session/backend/index.ts'
import { makeRecord } from '../conformance/record.ts'
import { type Suite, startSuite } from '../conformance/suite.ts'

const dayMs = 86_400_000

describe('the index of owners in DynamoDB', () => {
  let suite: Suite
  before(async () => {
    suite = await startSuite()
  })
  after(() => suite?.stop())

  function findTable() {
    const { SESSION_STORE_URL: url = '', SESSION_KEY_PREFIX: prefix = '' } = suite.env
    return { place: readAddress(url, prefix), prefix }
  }

  /** The backend, with something done before each of its calls. */
  function openWith(test: TestContext, before: (operation: Operation) => Promise<void>) {
    const { place, prefix } = findTable()
    const open: OpenClient = (client, timeoutMs) => {
      const { call, close } = openClient(client, timeoutMs)
      return {
        call: (operation, input) => before(operation).then(() => call(operation, input)),
        close,
      }
    }
    const options = { prefix, absoluteMs: 1000, timeoutMs: 5000, onError: () => {} }
    const backend = overDynamo(place, options, open, () => suite.backend)
    test.after(backend.close)
    return backend
  }

  it('that cannot take a session keeps the owner of it, for the retry', async (test) => {
    const record = makeRecord()
    const owned = { ...record, owner: 'failing', rev: 2 }
    await suite.backend.insert(record)
    let fails = true
    const backend = openWith(test, async (operation) => {
      if (fails && operation === 'updateItem') throw new Error('no index now')
    })
    await assert.rejects(backend.replace(owned, 1), /no index now/)
    assert.deepEqual(await backend.read(record.id), record)
    fails = false
    assert.equal(await backend.replace(owned, 1), 'done')
    assert.deepEqual(await backend.owned('failing'), [owned])
  })

  it('keeps a session that comes back while it is looked through', async (test) => {
    const { backend } = suite
    const record = makeRecord({ owner: 'coming back' })
    await backend.insert(record)
    await backend.insert(makeRecord({ owner: 'coming back', expires: Date.now() - 1 }))
    await backend.replace({ ...record, owner: null, rev: 2 }, 1)
    let comesBack = async () => {
      comesBack = async () => {}
      assert.equal(await backend.replace({ ...record, rev: 3 }, 2), 'done')
    }
    const slow = openWith(test, async (operation) => {
      if (operation === 'updateItem') await comesBack()
    })
    assert.deepEqual(await slow.owned('coming back'), [])
    assert.deepEqual(await backend.owned('coming back'), [{ ...record, rev: 3 }])
  })

  it('outlives its sessions under the longest limit that can be set', async (test) => {
    await openWith(test, async () => {}).insert(makeRecord({ owner: 'raised' }))
    const { place, prefix } = findTable()
    const { call, close } = openClient(place.client, 5000)
    test.after(close)
    const Key = createKeys(prefix).owner('raised')
    const { Item } = await call('getItem', { TableName: place.table, Key })
    const ends = Number(Item?.[ttlName]?.N) * 1000
    assert.ok(ends > Date.now() + 399 * dayMs, new Date(ends).toISOString())
  })
})
