import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decode, encode } from '../src/session/codec.ts'

const content = {
  created: 1_795_449_000_000,
  fields: {
    text: 'ünïcödé 🦉 \u0000',
    list: [1.5, true, null, ['', {}]],
    'a.b $x': { deep: { er: 1 } },
  },
}

describe('the formats of a stored session', () => {
  it('give the same back, whichever is set', () => {
    assert.deepEqual(decode(encode(content, 'json')), content)
    assert.deepEqual(decode(encode(content, 'msgpack')), content)
  })

  it('refuse what is no session', () => {
    for (const data of ['', '{"broken', '{}', 'null', '[]', '0017954490', 'not base64 at all!']) {
      assert.throws(() => decode(data), data)
    }
  })
})
