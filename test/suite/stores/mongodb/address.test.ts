import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createClient } from '../../../src/session/backend/index.ts'

describe('an address of MongoDB', () => {
  it('is taken in every form that the driver takes', () => {
    for (const url of [
      'mongodb://127.0.0.1:27017/sessions',
      'mongodb://app:p%40ss,word@a:27017,b:27017/sessions?replicaSet=set&authSource=admin',
      'mongodb://a,[::1]:1',
      'mongodb://a/?tls=true',
      'mongodb://app@%2Ftmp%2Fmongodb-27017.sock/sessions',
      'mongodb+srv://app:secret@cluster0.example/sessions',
    ]) {
      assert.doesNotThrow(() => createClient(url, 1000), url)
    }
  })

  it('that cannot be read is refused with what to write, without the password', () => {
    for (const url of [
      'mongodb://app:sesame',
      'mongodb+srv://app:sesame',
      'mongodb:/app:sesame@host',
      'mongodb:app:sesame@host',
      'mongodb://app:ses/ame@host/sessions',
      'mongodb://app:12/same@host/sessions',
      'mongodb://app:12?same@host/sessions',
      'mongodb://app:ses#ame@host/sessions',
      'mongodb://app:ses@ame@host/sessions',
    ]) {
      assert.throws(
        () => createClient(url, 1000),
        ({ message }) =>
          /^SESSION_STORE_URL is "mongodb.*%2F for \//.test(message) &&
          !/ses[^s]|ame/.test(message),
        url,
      )
    }
  })
})
