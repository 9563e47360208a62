import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { alice } from '../conformance/suite.ts'
import { assertNoLeaks } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'
import type { Visitor } from './visitor.ts'

describe('a token against cross-site requests', () => {
  const { suite, app } = shareSecureApp()
  let visitor: Visitor
  before(async () => {
    visitor = app().visitor()
    await visitor.login()
  })

  it('is needed for a login, and has to be the one of who logs in [CS-1, ASVS 3.5.1]', async () => {
    const theirs = await app().visitor().token('/login')
    assert.ok(theirs)
    const victim = app().visitor()
    for (const token of [null, theirs]) {
      const response = await victim.submit('/login', alice, { token })
      assert.equal(response.status, 403, 'without a cookie of before the login')
    }
    await victim.get('/login')
    assert.deepEqual([...victim.jar.keys()], ['__Host-pre'])
    for (const token of [null, theirs, 'x'.repeat(theirs.length)]) {
      const response = await victim.submit('/login', alice, { token })
      assert.equal(response.status, 403, 'with a cookie of before the login')
      assert.ok(!victim.jar.has('__Host-id'))
    }
    assert.equal((await victim.login()).status, 303)
  })

  it('is needed for a logout, which takes POST only, whatever a header says [CS-2, ASVS 3.5.3, 4.1.4]', async () => {
    assert.equal((await visitor.submit('/logout', {}, { token: null })).status, 403)
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      for (const headers of [{}, { 'X-HTTP-Method-Override': 'POST', 'X-HTTP-Method': 'POST' }]) {
        const response = await visitor.request(method, '/logout?_method=POST', headers)
        assert.equal(response.status, 405, method)
        assert.equal(response.headers.get('allow'), 'POST')
      }
    }
    const override = { 'X-HTTP-Method-Override': 'GET', 'X-Method-Override': 'GET' }
    const posted = await visitor.post('/logout', {}, { token: null, headers: override })
    assert.equal(posted.status, 403)
    assert.equal(await visitor.who(), 'alice')
  })

  it('is bound to its session, and another one after the login [CS-3]', async () => {
    const other = app().visitor()
    const early = await other.token('/login')
    await other.login()
    const late = await other.token()
    assert.ok(early && late)
    for (const [token, status] of [
      [early, 403],
      [await visitor.token(), 403],
      [late, 200],
    ] as const) {
      assert.equal((await other.post('/api/note', { note: 'mine' }, { token })).status, status)
    }
  })

  it('is another string in each answer, and each of them holds [CS-4]', async () => {
    const seen = new Set<string>()
    for (const path of ['/account', '/account', '/api/me', '/account/sessions']) {
      await visitor.get(path)
      const token = await visitor.token()
      assert.ok(token && !seen.has(token), path)
      seen.add(token)
    }
    for (const token of seen) {
      assert.equal((await visitor.post('/api/visits', {}, { token })).status, 200)
      assert.equal((await visitor.submit('/api/visits', {}, { token })).status, 303)
    }
  })

  it('is in forms that are posted, in no address and in no cookie that a script can read [CS-5]', async () => {
    const page = await (await visitor.get('/account')).text()
    const forms = page.match(/<form\b[^>]*>/g) ?? []
    assert.ok(forms.length > 0)
    for (const form of forms) assert.match(form, /method="post"/)
    const token = (await visitor.token()) ?? ''
    assert.equal(page.replace(/name="_csrf" value="[^"]*"/g, '').includes(token), false)
    for (const value of visitor.jar.values()) assert.ok(!decodeURIComponent(value).includes(token))
  })

  it('that is missing or wrong is logged with the reason, and not itself [CS-7, ASVS 16.3.3]', async () => {
    const token = (await app().visitor().token('/login')) ?? ''
    for (const given of [null, token]) {
      const count = app().events('csrf_reject').length
      await visitor.post('/api/note', {}, { token: given })
      const line = await app().heard('csrf_reject', count + 1)
      assert.match(String(line.reason), /\w/)
      assert.equal(JSON.stringify(line).includes(token), false)
    }
  })

  it('and other secrets are told nowhere else [CS-5, ASVS 14.2.1, 16.2.5, 3.3.4]', async () => {
    await assertNoLeaks(suite())
  })
})
