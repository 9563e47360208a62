import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { assertNoLeaks, noteSecret, noteText } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'

const token = randomBytes(32).toString('base64url')
noteSecret('secret', token)

async function ask(origin: string, headers: Record<string, string> = {}, path = '/metrics') {
  const response = await fetch(origin + path, { headers })
  const body = await response.text()
  noteText(path, body)
  return { status: response.status, headers: response.headers, body }
}

const bearing = (brought: string) => ({ Authorization: `Bearer ${brought}` })

describe('GET /metrics', () => {
  const { suite, app } = shareSecureApp({ METRICS_TOKEN: token })

  it('answers whoever brings the token, in production over http too, as within a network', async () => {
    for (const headers of [bearing(token), { Authorization: `bearer ${token}` }]) {
      const { status, body, headers: sent } = await ask(app().origin, headers)
      assert.equal(status, 200)
      assert.match(body, /^logins_total\{outcome="failure"\} 0$/m)
      assert.match(String(sent.get('Content-Type')), /^text\/plain; version=0\.0\.4/)
      assert.equal(sent.get('Cache-Control'), 'no-store')
      assert.equal(sent.get('X-Content-Type-Options'), 'nosniff')
    }
  })

  it('is refused without the token, wherever else that is', async () => {
    const wrong: [headers: Record<string, string>, path?: string][] = [
      [{}],
      [bearing('')],
      [bearing(randomBytes(32).toString('base64url'))],
      [bearing(token.slice(0, -1))],
      [bearing(`${token}x`)],
      [{ Authorization: token }],
      [{ Authorization: `Basic ${token}` }],
      [{ Cookie: `METRICS_TOKEN=${token}` }],
      [{}, `/metrics?token=${token}`],
      [{}, '/METRICS/'],
    ]
    for (const [headers, path] of wrong) {
      const answer = await ask(app().origin, { Accept: 'text/html', ...headers }, path)
      assert.equal(answer.status, 401, JSON.stringify(headers))
      assert.equal(answer.headers.get('WWW-Authenticate'), 'Bearer')
      assert.equal(answer.headers.get('Cache-Control'), 'no-store')
      assert.equal(answer.body, '{"error":"unauthenticated"}')
    }
  })

  it('is refused to who is logged in, and takes no other method', async () => {
    const visitor = await app().enter()
    assert.equal((await visitor.get('/metrics')).status, 401)
    const options = { method: 'POST', headers: bearing(token) }
    const posted = await fetch(`${app().origin}/metrics`, options)
    assert.deepEqual([posted.status, posted.headers.get('Allow')], [405, 'GET, HEAD'])
  })

  it('is not there unless a token is set', async (test) => {
    const unset = await suite().start(test)
    for (const brought of [token, '', 'undefined']) {
      const headers = { ...bearing(brought), 'X-Forwarded-Proto': 'https' }
      assert.equal((await ask(unset.origin, headers)).status, 404)
    }
  })

  it('tells no secret', () => assertNoLeaks(suite()))
})
