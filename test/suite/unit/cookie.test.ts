import assert from 'node:assert/strict'
import crypto, { createHmac } from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { describe, it, type TestContext } from 'node:test'
import { createCookieCheck, readCookies } from '../../../src/session/engine/cookie.ts'

const secrets = ['Kq3vN8xZ0sLwT5yB2mRfJ7hD4gPcU6eA', 'an older one']

/** A cookie as express-session signs and writes it. */
function sign(id: string, secret = secrets[0] ?? ''): string {
  const signature = createHmac('sha256', secret).update(id).digest('base64').replace(/=+$/, '')
  return encodeURIComponent(`s:${id}.${signature}`)
}

/** How many signatures were computed since. */
function countSignatures(test: TestContext): () => number {
  const { mock } = test.mock.method(crypto, 'createHmac')
  syncBuiltinESMExports()
  test.after(() => {
    mock.restore()
    syncBuiltinESMExports()
  })
  return mock.callCount.bind(mock)
}

describe('the values of a cookie', () => {
  const values = (header: string) => readCookies(header, 'id')

  it('are those of its name, in their order', () => {
    assert.deepEqual(values('a=1; id=one;id=two ; ID=three; xid=four; id'), ['one', 'two'])
    assert.deepEqual(values(''), [])
    assert.deepEqual(values('id=; id=a=b'), ['', 'a=b'])
  })

  it('are decoded, and as they are where that cannot be', () => {
    assert.deepEqual(values('id=s%3Ax%2f; id="s%3ax/"; id=%E0%A4%A; id="'), [
      's:x/',
      's:x/',
      '%E0%A4%A',
      '"',
    ])
  })
})

describe('the check of a cookie', () => {
  const check = (cookie: string, from = createCookieCheck({ cookieName: 'id', secrets })) => {
    const headers = { cookie }
    return { ...from(headers), left: headers.cookie }
  }

  it('lets one through that is signed, and tells one of an old secret', () => {
    const fresh = check(`a=1; id=${sign('abc')}`)
    assert.deepEqual(fresh, {
      isAlone: true,
      needsResigning: false,
      left: `a=1; id=${sign('abc')}`,
    })
    assert.equal(check(`id=${sign('abc', secrets[1])}`).needsResigning, true)
  })

  it('takes off what is not signed, and two that differ', () => {
    const forged = check(`a=1; id=${sign('abc', 'other')}; b=2`)
    assert.deepEqual([forged.rejected, forged.left], ['wrong signature', 'a=1; b=2'])
    const two = check(`id=${sign('abc')}; id=${sign('def')}`)
    assert.deepEqual([two.rejected, two.left, two.isAlone], ['several cookies', '', false])
  })

  it('computes the signature of a cookie once, however often it comes', (test) => {
    const cookies = [sign('abc'), sign('def', secrets[1])]
    const computed = countSignatures(test)
    const from = createCookieCheck({ cookieName: 'id', secrets })
    for (let round = 0; round < 5; round++) {
      assert.equal(check(`id=${cookies[0]}`, from).needsResigning, false)
      assert.equal(check(`id=${cookies[1]}`, from).needsResigning, true)
    }
    assert.equal(computed(), 3)
  })

  it('never takes a forged one for one that it has seen', () => {
    const from = createCookieCheck({ cookieName: 'id', secrets })
    check(`id=${sign('abc')}`, from)
    for (const forged of [`${sign('abc')}A`, sign('abc').slice(0, -1), sign('abd', 'other')]) {
      for (let round = 0; round < 2; round++) {
        assert.equal(check(`id=${forged}`, from).rejected, 'wrong signature')
      }
    }
  })

  it('remembers ten thousand at most', (test) => {
    const cookies = Array.from({ length: 10_001 }, (_, at) => sign(`id${at}`))
    const computed = countSignatures(test)
    const from = createCookieCheck({ cookieName: 'id', secrets })
    for (const cookie of cookies) check(`id=${cookie}`, from)
    assert.equal(computed(), 10_001)
    check(`id=${cookies[10_000]}`, from)
    assert.equal(computed(), 10_001, 'the newest is known')
    check(`id=${cookies[0]}`, from)
    assert.equal(computed(), 10_002, 'the oldest was forgotten')
  })
})
