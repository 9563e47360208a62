import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readServer } from '../../../src/session/backend/memcached.ts'

describe('an address of Memcached', () => {
  it('names one server', () => {
    assert.equal(readServer('memcached://cache.example', 'sess:'), 'cache.example:11211')
    assert.equal(readServer('memcached://10.0.0.2:1/', 'sess:'), '10.0.0.2:1')
  })

  it('that has a password is refused without it', () => {
    for (const url of [
      'memcached://app:sesame@host',
      'memcached://:sesame',
      'memcached://app:sesame',
      'memcached:/app:sesame@host',
      'memcached:app:sesame@host',
      'memcached://app:ses/ame@host',
    ]) {
      assert.throws(
        () => readServer(url, 'sess:'),
        ({ message }) => /without user/.test(message) && !/ses|ame@/.test(message),
        url,
      )
    }
  })
})
