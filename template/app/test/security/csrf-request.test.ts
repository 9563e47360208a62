import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { assertNoLeaks } from './leaks.ts'
import { askRaw } from './raw.ts'
import { shareSecureApp } from './shared-app.ts'
import type { Visitor } from './visitor.ts'

const json = JSON.stringify({ note: 'from elsewhere' })
const own = { Origin: 'https://app.test', 'Sec-Fetch-Site': 'same-origin' }

describe('a request that another site may have caused', () => {
  const { suite, app } = shareSecureApp()
  let visitor: Visitor
  const noteOf = async () => Object(await visitor.me()).note
  before(async () => {
    visitor = app().visitor()
    await visitor.login()
  })

  it('changes nothing by GET, HEAD or OPTIONS [ASVS 3.5.3]', async () => {
    const before = await visitor.me()
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      for (const path of [
        '/api/note?note=changed',
        '/api/visits',
        '/account?note=changed',
        '/api/sessions/revoke-others',
        '/api/sessions/revoke-all',
        '/account/password?others=on',
      ]) {
        await visitor.request(method, path, own)
        assert.deepEqual(await visitor.me(), before, `${method} ${path}`)
      }
    }
  })

  it('is not read when its type is one that other sites can send, even with a token [CS-6, ASVS 3.5.2, 15.3.5]', async () => {
    const before = await noteOf()
    for (const type of ['text/plain', 'multipart/form-data; boundary=x', 'application/xml']) {
      const headers = { ...own, Accept: 'application/json', 'X-CSRF-Token': await visitor.token() }
      const sent = { ...headers, 'Content-Type': type }
      const response = await visitor.request('POST', '/api/note', sent, json)
      assert.equal(response.status, 415, type)
      assert.deepEqual(await response.json(), { error: 'unsupported_type' })
    }
    assert.equal(await noteOf(), before)
  })

  it('is told apart by caches [CS-8, ASVS 7]', async () => {
    for (const response of [
      await visitor.get('/login'),
      await visitor.get('/account'),
      await visitor.get('/api/me'),
      await visitor.get('/nowhere'),
      await visitor.get('/api/me', { 'Sec-Fetch-Site': 'cross-site' }),
      await visitor.post('/api/note', { note: 'varied' }),
      await visitor.post('/api/note', {}, { token: null }),
      await visitor.submit('/api/note', {}, { headers: { Origin: 'https://evil.test' } }),
    ]) {
      const vary = (response.headers.get('vary') ?? '').toLowerCase().split(/, */)
      for (const name of ['cookie', 'sec-fetch-site', 'origin'])
        assert.ok(vary.includes(name), `${response.url}: ${vary}`)
    }
  })

  it('may be a link to a page, and gets no data of the programs’ routes (row 11) [ASVS 3.5.1, 3.5.8]', async () => {
    const headers = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' }
    const dest = { ...headers, 'Sec-Fetch-Dest': 'document', Accept: 'text/html' }
    const page = await askRaw(app().origin, 'GET', '/account', dest, visitor)
    assert.equal(page.status, 200)
    assert.match(page.body, /alice/)
    for (const mode of ['no-cors', 'cors', 'navigate']) {
      const sent = { ...headers, 'Sec-Fetch-Mode': mode }
      assert.equal((await askRaw(app().origin, 'GET', '/api/me', sent, visitor)).status, 403, mode)
    }
  })

  it('is told no secret [CS-5, ASVS 14.2.1, 16.2.5, 3.3.4]', async () => {
    await assertNoLeaks(suite())
  })
})
