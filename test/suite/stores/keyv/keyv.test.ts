import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { describe, it } from 'node:test'
import { Keyv } from 'keyv'
import { checkAddress, listAll } from '../../../src/session/backend/keyv-adapter.ts'

/** An adapter that lists two keys and then ends, as @keyv/postgres does when the database goes away. */
function openAdapter(breaksOff: boolean) {
  const store = Object.assign(new EventEmitter(), {
    opts: { dialect: 'postgres', url: '' },
    get: async () => undefined,
    set: async () => true,
    delete: async () => true,
    clear: async () => {},
    async *iterator() {
      yield ['one', '1']
      yield ['two', '2']
      if (breaksOff) store.emit('error', new Error('The database has gone'))
    },
  })
  return store
}

async function list(breaksOff: boolean) {
  const store = openAdapter(breaksOff)
  const keyv = new Keyv({ store })
  const listed = []
  for await (const [key] of listAll(keyv, store)) listed.push(key)
  return listed
}

describe('what an adapter of Keyv lists', () => {
  it('is all that it keeps', async () => {
    assert.deepEqual(await list(false), ['one', 'two'])
  })

  it('is an error when the adapter only emits one and ends the list', async () => {
    await assert.rejects(list(true), /The database has gone/)
  })
})

describe('an address', () => {
  it('is taken in every form that an adapter takes', () => {
    for (const url of [
      'redis://:pass@127.0.0.1:6379/1',
      'postgres://app:p%2Fass@db/sessions',
      'mongodb://app:p,ass@a:27017,b:27017/sessions?replicaSet=set',
      'mongodb://a:1,b:2',
      'sqlite://a folder/sessions.db',
      'file:data/sessions.json',
    ]) {
      assert.doesNotThrow(() => checkAddress(url), url)
    }
  })

  it('that cannot be read is refused with what to write, without the password', () => {
    for (const url of [
      'redis://:secret',
      'redis:/:secret@host',
      'redis:app:secret@host',
      'postgres://app:sec/ret@db',
      'mongodb://app:sec/ret@a,b',
    ]) {
      assert.throws(
        () => checkAddress(url),
        ({ message }) =>
          /write \w+:\/\/user:password@host/.test(message) && !/sec|ret@/.test(message),
        url,
      )
    }
  })
})
