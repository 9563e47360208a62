import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { networkOf } from '../../../src/security/login-throttle.ts'

describe('the address that failures are counted for', () => {
  const ways: Record<string, string[]> = {
    '1.2.3.4': [
      '1.2.3.4',
      '1.2.3.4:5678',
      '::ffff:1.2.3.4',
      '::FFFF:102:304',
      '[::ffff:1.2.3.4]:56',
    ],
    '2001:db8:1:2': ['2001:db8:1:2::1', '2001:0DB8:0001:0002:a:b:c:d', '[2001:db8:1:2::3]:443'],
    'fe80:0:0:0': ['fe80::1', 'fe80::1%eth0', 'fe80:0:0:0:1:2:3:4', '[fe80::1]'],
    '0:0:0:0': ['::1', '::'],
  }
  for (const [network, addresses] of Object.entries(ways)) {
    it(`is ${network}, however that is written, and without a port`, () => {
      for (const address of addresses) assert.equal(networkOf(address), network, address)
    })
  }

  it('is another one for another customer', () => {
    const others = ['1.2.3.4', '1.2.3.5', '2001:db8:1:2::1', '2001:db8:1:3::1', '2001:db8:2::1']
    assert.equal(new Set(others.map(networkOf)).size, others.length)
  })

  it('is there for what is no address', () => {
    for (const odd of ['', 'unknown', '1.2.3', 'a b', '[::1', ':::']) {
      assert.equal(typeof networkOf(odd), 'string', odd)
    }
  })
})
