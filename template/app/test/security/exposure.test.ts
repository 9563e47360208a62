import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { assertNoLeaks } from './leaks.ts'
import { askRaw } from './raw.ts'
import { shareSecureApp } from './shared-app.ts'
import type { Visitor } from './visitor.ts'

describe('the app', () => {
  const { suite, app } = shareSecureApp()
  let visitor: Visitor
  before(async () => {
    visitor = app().visitor()
    await visitor.login()
  })

  it('has no source control, settings, sources, packages or data to be read [ASVS 13.4.1, 13.4.2, 13.4.5]', async () => {
    for (const path of [
      '/.git/HEAD',
      '/.git/config',
      '/.env',
      '/.env.example',
      '/package.json',
      '/package-lock.json',
      '/node_modules/express/package.json',
      '/src/server.ts',
      '/data/users.json',
      '/README.md',
      '/SECURITY.md',
      '/Dockerfile',
      '/assets/',
      '/assets/.env',
      '/assets/../layout.eta',
      '/assets/..%2flayout.eta',
      '/assets/%2e%2e/page.ts',
      '/assets/..%5c..%5cserver.ts',
      '/metrics',
      '/debug',
      '/docs',
      '/openapi.json',
      '/server-status',
    ]) {
      const { status, body } = await askRaw(app().origin, 'GET', path, {}, visitor)
      assert.ok([403, 404].includes(status), `${path}: ${status}`)
      assert.doesNotMatch(body, /ref:|SESSION_|import |argon2|"version"|style\.css<\/a>/, path)
    }
  })

  it('has no route of the tests [ASVS 13.4.2]', async () => {
    for (const path of ['/probe/read', '/probe/fields'])
      assert.equal((await visitor.get(path)).status, 404)
  })

  it('says of its health one word [ASVS 13.4.5, 13.4.6]', async () => {
    for (const path of ['/livez', '/readyz']) {
      const { body } = await askRaw(app().origin, 'GET', path, {})
      assert.equal(body, '{"status":"ok"}')
    }
  })

  it('is in production when nobody says what it is in [ASVS 13.4.2]', async (test) => {
    const unsaid = await suite().start(test, { NODE_ENV: undefined })
    const someone = unsaid.visitor()
    const [cookie = ''] = (await someone.login()).headers.getSetCookie()
    assert.match(cookie, /^__Host-id=.*; Secure/)
  })

  it('answers TRACE with 405 and echoes nothing [ASVS 13.4.4, 4.1.4]', async () => {
    for (const path of ['/', '/login', '/account', '/api/me', '/assets/style.css', '/nowhere']) {
      const echo = { 'X-Echo': 'an-echo-of-the-header' }
      const { status, headers, body } = await askRaw(app().origin, 'TRACE', path, echo, visitor)
      assert.equal(status, 405, path)
      assert.notEqual(headers['content-type'], 'message/http')
      assert.doesNotMatch(body, /an-echo-of-the-header|__Host-id/)
    }
  })

  it('takes the methods that a route has and no others, and says which [ASVS 4.1.4]', async () => {
    const own = { Origin: 'https://app.test', 'Sec-Fetch-Site': 'same-origin' }
    const routes = {
      '/login': 'GET, HEAD, POST',
      '/logout': 'POST',
      '/account': 'GET, HEAD',
      '/account/password': 'GET, HEAD, POST',
      '/account/sessions': 'GET, HEAD',
      '/reauth': 'GET, HEAD, POST',
      '/api/me': 'GET, HEAD',
      '/api/note': 'POST',
      '/api/visits': 'POST',
      '/api/sessions': 'GET, HEAD',
    }
    for (const [path, allowed] of Object.entries(routes)) {
      for (const method of ['PUT', 'PATCH', 'DELETE', 'POST', 'GET']) {
        if (allowed.includes(method)) continue
        const token = await visitor.token()
        const headers = { ...own, 'X-CSRF-Token': token, Accept: 'application/json' }
        const response = await visitor.request(method, path, headers)
        assert.equal(response.status, 405, `${method} ${path}`)
        assert.equal(response.headers.get('allow'), allowed, path)
      }
    }
    assert.equal(await visitor.who(), 'alice')
  })

  it('tells no secret [ASVS 14.2.1, 16.2.5, 3.3.4]', async () => {
    await assertNoLeaks(suite())
  })
})
