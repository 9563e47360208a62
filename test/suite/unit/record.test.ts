import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decodeRecord, encodeRecord } from '../../../src/session/engine/record.ts'

const dayMs = 86_400_000
const lifetimes = { idleMs: dayMs, absoluteMs: dayMs, maxBytes: 350_000 }

const fields = {
  text: 'ünïcödé 🦉 \u0000',
  list: [1.5, true, null, ['', {}]],
  'a.b $x': { deep: { er: 1 } },
}

describe('the formats of a stored session', () => {
  it('give the same back, whichever is set', () => {
    const state = { rev: 7, created: Date.now(), fields, text: JSON.stringify(fields) }
    for (const format of ['json', 'msgpack'] as const) {
      const stored = encodeRecord('id', state, { ...lifetimes, format })
      assert.equal(stored.data.startsWith('{'), format === 'json')
      assert.deepEqual(decodeRecord(stored, lifetimes), state)
    }
  })

  it('refuse what is no session', () => {
    const stored = { id: 'id', owner: null, rev: 1, expires: Date.now() + dayMs }
    for (const data of ['', '{"broken', '{}', 'null', '[]', '0017954490', 'not base64 at all!']) {
      assert.throws(() => decodeRecord({ ...stored, data }, lifetimes), data)
    }
  })
})
