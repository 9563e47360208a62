import assert from 'node:assert/strict'
import { readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { before, describe, it } from 'node:test'
import { assertNoLeaks, ifThere } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'
import { askRaw, publicOrigin, type Visitor } from './visitor.ts'

const own = { Origin: publicOrigin, 'Sec-Fetch-Site': 'same-origin' }
const { suite, app } = shareSecureApp()

describe('the app', () => {
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
      '/assets/../views/layout.eta',
      '/assets/..%2fviews%2flayout.eta',
      '/assets/%2e%2e/views/render.ts',
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
      const echo = { ...own, 'X-Echo': 'an-echo-of-the-header' }
      const { status, headers, body } = await askRaw(app().origin, 'TRACE', path, echo, visitor)
      assert.equal(status, 405, path)
      assert.notEqual(headers['content-type'], 'message/http')
      assert.doesNotMatch(body, /an-echo-of-the-header|__Host-id/)
    }
  })

  it('takes the methods that a route has and no others, and says which [ASVS 4.1.4]', async () => {
    const routes = {
      '/': 'GET, HEAD',
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

/** A file with those whose names begin like its own, or all that a folder holds. */
async function listFiles(store: string): Promise<string[]> {
  const isFolder = (await stat(store)).isDirectory()
  const folder = isFolder ? store : dirname(store)
  const paths = (await readdir(folder, { recursive: isFolder })).map((name) => join(folder, name))
  return paths.filter((path) => path.startsWith(store))
}

describe('data of a user', () => {
  let visitor: Visitor
  before(async () => {
    visitor = app().visitor()
    await visitor.login()
  })

  it('is for the app’s own programs, never a document, script or image [ASVS 3.2.1, 3.5.8]', async () => {
    // Routes take capitals for small letters.
    for (const path of ['/api/me', '/api/sessions', '/API/me', '/Api/SESSIONS/']) {
      for (const dest of ['document', 'iframe', 'script', 'image', 'style', 'object', 'worker']) {
        const response = await visitor.get(path, { 'Sec-Fetch-Dest': dest })
        assert.equal(response.status, 403, dest)
        assert.equal((await response.text()).includes('alice'), false)
      }
      for (const site of ['cross-site', 'same-site']) {
        const headers = { 'Sec-Fetch-Site': site, 'Sec-Fetch-Dest': 'empty' }
        const response = await visitor.get(path, headers)
        assert.equal(response.status, 403, site)
        assert.deepEqual(await response.json(), { error: 'forbidden' })
      }
      const own = { 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Dest': 'empty' }
      const response = await visitor.get(path, own)
      assert.equal(response.headers.get('content-type'), 'application/json; charset=utf-8')
      assert.equal(response.headers.get('x-content-type-options'), 'nosniff')
    }
  })

  it('leaves the app in the fields that are asked for, and no more [ASVS 14.2.6, 15.3.1]', async () => {
    await visitor.post('/api/note', { note: 'mine' })
    assert.deepEqual(await visitor.me(), { user: 'alice', note: 'mine', visits: 0 })
    const { sessions, ...rest } = await (await visitor.get('/api/sessions')).json()
    assert.deepEqual(rest, {})
    const fields = ['address', 'browser', 'created', 'current', 'handle', 'lastSeen']
    for (const each of sessions) assert.deepEqual(Object.keys(each).sort(), fields)
    const noted = await visitor.post('/api/note', { note: 'mine' })
    assert.deepEqual(await noted.json(), { user: 'alice', note: 'mine', visits: 0 })
  })

  it('is cleared from the browser at a logout, and at no other time [ASVS 14.3.1, SM-10]', async () => {
    const leaving = app().visitor()
    for (const response of [await leaving.login(), await leaving.get('/account')])
      assert.equal(response.headers.get('clear-site-data'), null)
    const { headers, status } = await leaving.submit('/logout')
    assert.equal(status, 303)
    assert.equal(headers.get('clear-site-data'), '"cache", "storage"')
    assert.ok(!leaving.jar.has('__Host-id'))
  })

  it('lies in files that only their owner can read, where it lies in files [SM-15]', async () => {
    const [, store] =
      /^(?:file|sqlite):(?:\/\/)?(\/.+)$/.exec(String(suite().env.SESSION_STORE_URL)) ?? []
    const ofStore = store ? await listFiles(store) : []
    assert.equal(ofStore.length > 0, store !== undefined)
    for (const path of [String(suite().env.USERS_FILE), ...ofStore]) {
      const { mode = 0 } = (await ifThere(stat(path))) ?? {}
      assert.equal(mode & 0o077, 0, path)
    }
  })

  it('comes without secrets [ASVS 14.2.1, 16.2.5, 3.3.4]', async () => {
    await assertNoLeaks(suite())
  })
})
