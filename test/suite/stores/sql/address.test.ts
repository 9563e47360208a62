import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readAddress } from '../../../src/session/backend/sql-address.ts'

describe('the address of a database server', () => {
  it('is taken with a password in which what has a meaning is written as a code', () => {
    const { hostname, password } = readAddress(
      'mariadb://app:a%2Fb%23c%3Fd%40e%25f@db:3306/sessions',
    )
    assert.equal(hostname, 'db')
    assert.equal(decodeURIComponent(password), 'a/b#c?d@e%f')
    assert.equal(readAddress('postgres://app:a\\b c@db/sessions').password, 'a%5Cb%20c')
    for (const fine of ['postgres:///sessions?host=/run/postgresql', 'mysql://app@[::1]/sessions'])
      assert.equal(readAddress(fine).href, fine)
  })

  it('is refused when a password cuts it short, which is not repeated', () => {
    for (const password of [
      'se/cret',
      'se#cret',
      'se?cret',
      '12/cret',
      '12#cret',
      '12?cret',
      'cret%',
    ]) {
      for (const protocol of ['mysql', 'mariadb', 'postgres']) {
        assert.throws(
          () => readAddress(`${protocol}://app:${password}@127.0.0.1:1/sessions`),
          (error: Error) =>
            error.message.includes(`"${protocol}://***@127.0.0.1:1/sessions"`) &&
            error.message.includes('%2F for /') &&
            !error.message.includes('cret'),
          password,
        )
      }
    }
    for (const url of ['mysql://app:cret', 'mysql:/app:cret@', 'mysql:app:cret@'])
      assert.throws(() => readAddress(url), /"mysql:\/\/\*\*\*@"/, url)
  })
})
