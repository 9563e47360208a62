import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { makeRecord } from '../conformance/record.ts'
import { type Suite, startSuite } from '../conformance/suite.ts'

describe('Memcached', () => {
  let suite: Suite
  before(async () => {
    suite = await startSuite()
  })
  after(() => suite?.stop())

  it('that has no room for a session is not taken for one that is away', async () => {
    const { backend } = suite
    const tooLarge = makeRecord({ data: 'x'.repeat(2_000_000) })
    await assert.rejects(backend.insert(tooLarge), (error) => backend.isRefusal?.(error) === true)
  })
})
