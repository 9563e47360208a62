import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { testBackend } from '../backend.ts'
import { readLacks } from '../lacks.ts'
import { openProxy } from '../proxy.ts'
import { alice } from '../suite.ts'
import type { SecureApp } from './app.ts'
import { shareSecureApp } from './shared-app.ts'

const rounds = 25
const together = 20

describe('a visitor who has not logged in', () => {
  const { suite, app } = shareSecureApp()

  /** 500 visits of each page, each by somebody new, and the names of all cookies that are set. */
  async function visit(at: SecureApp) {
    const names = new Set<string>()
    for (let round = 0; round < rounds; round++) {
      const visits = Array.from({ length: together }, async () => {
        for (const path of ['/', '/login']) {
          const response = await at.visitor().get(path)
          assert.equal(response.status, 200)
          for (const line of response.headers.getSetCookie()) names.add(line.split('=')[0] ?? '')
        }
      })
      await Promise.all(visits)
    }
    return [...names]
  }

  const countRecords = async () => {
    let count = 0
    for await (const _each of suite().backend.scan()) count++
    return count
  }

  it('gets no session, however often one comes [ASVS 7.6.2]', async () => {
    assert.deepEqual(await visit(app()), ['__Host-pre'])
    assert.deepEqual(app().events('session_created'), [])
  })

  it('leaves nothing in the store [ASVS 7.6.2]', async (test) => {
    if (suite().lacks(test, 'sharing')) return
    const { scan } = await readLacks()
    if (!scan) {
      const before = await countRecords()
      await app().visitor().login()
      assert.equal(await countRecords(), before + 1, 'a login is seen in the store')
      await visit(app())
      assert.equal(await countRecords(), before + 1)
      return
    }
    const proxy = await openProxy(String(suite().env.SESSION_STORE_URL))
    test.after(proxy.close)
    const behind = await suite().start(test, { SESSION_STORE_URL: proxy.url })
    const { operation } = testBackend
    assert.ok(operation, 'test/backend.ts says what an operation looks like')
    const count = () => [...proxy.sent().matchAll(operation)].length
    await behind.visitor().login()
    const before = count()
    assert.ok(before > 0, 'a login is seen on its way')
    await visit(behind)
    assert.equal(count(), before)
  })

  it('gets none by a failed login, and reaches nothing that is behind one [ASVS 7.6.2, 8.2.1]', async () => {
    const visitor = app().visitor()
    const failed = await visitor.submit('/login', { ...alice, password: 'a wrong password' })
    assert.equal(failed.status, 401)
    for (const path of ['/account', '/account/password', '/account/sessions', '/reauth']) {
      const response = await visitor.get(path)
      assert.equal(response.status, 303, path)
      assert.equal(response.headers.get('location'), `/login?next=${encodeURIComponent(path)}`)
    }
    for (const path of ['/api/me', '/api/sessions']) {
      const response = await visitor.get(path)
      assert.equal(response.status, 401, path)
      assert.deepEqual(await response.json(), { error: 'unauthenticated' })
    }
    for (const path of [
      '/api/note',
      '/api/visits',
      '/reauth',
      '/account/password',
      '/api/sessions/revoke-all',
      '/api/sessions/revoke-others',
      `/api/sessions/${'0'.repeat(32)}/revoke`,
    ]) {
      const token = await visitor.token('/login')
      const response = await visitor.post(path, { note: 'no' }, { token })
      assert.equal(response.status, 401, path)
    }
    assert.deepEqual([...visitor.jar.keys()], ['__Host-pre'])
  })

  it('is what a user becomes at the next request when an administrator says so [ASVS 8.3.2]', async () => {
    const emma = await suite().add('emma')
    const visitor = app().visitor()
    await visitor.login(emma)
    assert.equal(await visitor.who(), 'emma')
    await suite().command('user.ts', ['disable', 'emma'])
    assert.equal(await visitor.me(), 401)
    assert.equal((await app().visitor().login(emma)).status, 401)
    await suite().command('user.ts', ['enable', 'emma'])
    assert.equal((await app().visitor().login(emma)).status, 303)
  })
})
