import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readAddress } from '../../../src/session/backend/dynamo-address.ts'

describe('the address of a table', () => {
  const read = (url: string) => readAddress(url, 'sess:')

  it('names a region or an endpoint, and perhaps the table', () => {
    const { table, client } = read('dynamodb://eu-central-1')
    assert.deepEqual({ table, client }, { table: 'sess', client: { region: 'eu-central-1' } })
    assert.equal(read('dynamodb://eu-central-1/my.sessions').table, 'my.sessions')
    const secure = read('dynamodb+https://vpce-1.amazonaws.com/mine?region=eu-west-1')
    const endpoint = 'https://vpce-1.amazonaws.com'
    assert.deepEqual(secure, { table: 'mine', client: { region: 'eu-west-1', endpoint } })
    assert.equal(read('dynamodb+http://127.0.0.1:8000').client.endpoint, 'http://127.0.0.1:8000')
  })

  it('that cannot be read, or has keys of AWS in it, is refused without them', () => {
    for (const url of [
      'dynamodb://key:sesame',
      'dynamodb:key:sesame',
      'dynamodb://key:12/sesame@eu-central-1',
      'dynamodb+http://key:ses/ame@127.0.0.1:8000',
    ]) {
      assert.throws(
        () => read(url),
        ({ message }) =>
          /cannot be read; write dynamodb:/.test(message) && !/ses|ame@/.test(message),
        url,
      )
    }
  })

  it('is refused when no table can have that name', () => {
    assert.throws(() => read('dynamodb://eu-central-1/a b'), /"a%20b" is no name/)
    assert.throws(() => readAddress('dynamodb://eu-central-1', 's:'), /"s" is no name/)
  })
})
