import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Stored } from '../../../src/session/backend/contract.ts'
import { overKeyValue } from '../../../src/session/backend/key-value.ts'
import { makeRecord } from '../conformance/record.ts'

const timeoutMs = 300

/** A backend over a store whose next write the test can hold back. */
function openLate() {
  const records = new Map<string, Stored>()
  let held: PromiseWithResolvers<void> | undefined
  let release = () => {}
  let written = Promise.resolve()
  async function write(stored: Stored) {
    const before = held?.promise
    held = undefined
    await before
    records.set(stored.id, stored)
  }
  const backend = overKeyValue(
    {
      read: async (id) => records.get(id) ?? null,
      insert: (stored) => {
        written = write(stored)
        return written
      },
      remove: async (id) => void records.delete(id),
      all: async function* () {},
    },
    { timeoutMs, listMs: 60_000 },
  )
  return {
    backend,
    records,
    /** Holds the next write back, until `written` lets it go on. */
    delay: () => {
      held = Promise.withResolvers()
      release = held.resolve
    },
    written: () => {
      release()
      return written
    },
  }
}

describe('a write that is carried out after its call was given up', () => {
  it('brings back nothing that was ended since, and the end is not told before it is so', async () => {
    const { backend, records, delay, written } = openLate()
    const record = makeRecord()
    await backend.insert(record)
    delay()
    const touching = backend.touch(record.id, record.expires + 1000)
    await assert.rejects(touching, /No answer within/)
    await assert.rejects(backend.remove(record.id), /No answer within/)
    await written()
    await backend.remove(record.id)
    assert.equal(records.has(record.id), false)
  })

  it('brings back nothing that was ended while it was being inserted', async () => {
    const { backend, records, delay, written } = openLate()
    const record = makeRecord()
    delay()
    await assert.rejects(backend.insert(record), /No answer within/)
    await assert.rejects(backend.remove(record.id), /No answer within/)
    await written()
    await backend.remove(record.id)
    assert.equal(records.has(record.id), false)
  })

  it('undoes no change that was acknowledged since', async () => {
    const { backend, delay, written } = openLate()
    const record = makeRecord()
    await backend.insert(record)
    delay()
    await assert.rejects(backend.touch(record.id, record.expires + 1000), /No answer within/)
    const change = { ...record, rev: 2, data: 'changed' }
    await assert.rejects(backend.replace(change, 1), /No answer within/)
    await written()
    assert.equal(await backend.replace(change, 1), 'done')
    assert.deepEqual(await backend.read(record.id), change)
  })

  it('is not begun at all when its turn comes too late', async () => {
    const { backend, records, delay, written } = openLate()
    const record = makeRecord()
    await backend.insert(record)
    delay()
    const late = [
      backend.touch(record.id, record.expires + 1000),
      backend.replace({ ...record, rev: 2, data: 'given up' }, 1),
    ]
    for (const { status } of await Promise.allSettled(late)) assert.equal(status, 'rejected')
    await written()
    await backend.touch(record.id, record.expires + 2000)
    assert.equal(records.get(record.id)?.data, record.data)
  })
})
