import assert from 'node:assert/strict'
import { readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { before, describe, it } from 'node:test'
import { assertNoLeaks } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'
import type { Visitor } from './visitor.ts'

/** A file with those whose names begin like its own, or all that a folder holds. */
async function listFiles(store: string): Promise<string[]> {
  const isFolder = (await stat(store)).isDirectory()
  const folder = isFolder ? store : dirname(store)
  const paths = (await readdir(folder, { recursive: isFolder })).map((name) => join(folder, name))
  return paths.filter((path) => path.startsWith(store))
}

describe('data of a user', () => {
  const { suite, app } = shareSecureApp()
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
      assert.equal((await stat(path)).mode & 0o077, 0, path)
    }
  })

  it('comes without secrets [ASVS 14.2.1, 16.2.5, 3.3.4]', async () => {
    await assertNoLeaks(suite())
  })
})
