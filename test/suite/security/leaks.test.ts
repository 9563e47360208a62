import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { findLeaks, noteAnswer, noteCookie, noteLog, noteSecret, noteText } from './leaks.ts'
import { signCookie } from './visitor.ts'

const makeSecret = () => randomBytes(24).toString('base64url')

describe('the search for leaks', () => {
  it('finds each secret, and each part of a cookie, wherever it must not be', () => {
    const id = makeSecret()
    const cookie = signCookie(id, makeSecret())
    const [token, password] = [makeSecret(), makeSecret()]
    noteCookie(cookie)
    noteSecret('token', token)
    noteSecret('password', password)

    const headers = { 'Set-Cookie': `__Host-id=${cookie}; Path=/`, 'X-CSRF-Token': token }
    noteAnswer('/', new Response('', { headers }), `<input name="_csrf" value="${token}">`)
    assert.deepEqual(findLeaks(), [], 'all was where it belongs')

    const lines = ['{}']
    noteLog(lines)
    lines.push(`{"sid":"${id}"}`)
    noteText('a page', `your password is ${password}`)
    const elsewhere = { Location: `/account?token=${token}`, 'Set-Cookie': `a=${password}` }
    noteAnswer('/', new Response('', { headers: elsewhere }), decodeURIComponent(cookie))
    assert.deepEqual([...new Set(findLeaks())].sort(), [
      'a cookie in the answer of /',
      'a cookie in the log',
      'a password in a page',
      'a password in set-cookie',
      'a token in location',
    ])
  })
})
