import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { alice } from '../conformance/suite.ts'
import { assertNoLeaks } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'
import { askRaw } from './visitor.ts'

const { suite, app } = shareSecureApp()

const http = { 'X-Forwarded-Proto': 'http' }

describe('what a request says of its way', () => {
  it('leads a page from http to https, and everything else to a refusal [ASVS 4.1.2, 3.3.1]', async () => {
    for (const path of ['/', '/login?next=%2Faccount', '/account']) {
      const page = await askRaw(app().origin, 'GET', path, { ...http, Accept: 'text/html' })
      assert.equal(page.status, 308, path)
      assert.equal(page.headers.location, `https://app.test${path}`)
      assert.equal(page.headers['set-cookie'], undefined)
    }
    for (const [method, path] of [
      ['GET', '/api/me'],
      ['GET', '/api/sessions'],
      ['GET', '/API/me'],
      ['GET', '/aPi/Sessions/'],
      ['POST', '/api/note'],
      ['POST', '/login'],
      ['POST', '/logout'],
      ['POST', '/account/password'],
    ] as const) {
      const sent = { ...http, Accept: 'application/json', Origin: 'https://app.test' }
      const refused = await askRaw(app().origin, method, path, sent)
      assert.equal(refused.status, 400, path)
      assert.equal(refused.body, '{"error":"https_required"}')
      assert.equal(refused.headers['set-cookie'], undefined)
    }
  })

  it('leads nowhere else, whatever the target of the request looks like [ASVS 3.7.2, 4.1.2]', async () => {
    for (const target of ['x://evil.test/', 'http://evil.test/x', '//evil.test/x', '*']) {
      const { status, headers } = await askRaw(app().origin, 'GET', target, http)
      assert.equal(status, 400, target)
      assert.equal(headers.location, undefined)
    }
  })

  it('is http: then nobody is logged in, with the right password and token too, and it is logged [ASVS 3.3.1, 16.3.3]', async () => {
    const visitor = app().visitor()
    await visitor.get('/login')
    const count = app().events('insecure_transport').length
    for (const send of [visitor.submit, visitor.post]) {
      const response = await send('/login', { ...alice }, { headers: http })
      assert.equal(response.status, 400)
      assert.deepEqual(response.headers.getSetCookie(), [])
    }
    await app().heard('insecure_transport', count + 2)
    await visitor.login()
    assert.equal(await visitor.me(http), 400, 'a cookie that came by http is not taken')
  })

  it('is http, and no PUBLIC_ORIGIN says where to lead: then pages have no session [ASVS 4.1.2]', async (test) => {
    const there = await suite().start(test, { PUBLIC_ORIGIN: undefined })
    const visitor = await there.enter()
    assert.equal((await visitor.get('/account')).status, 200)
    assert.equal((await visitor.get('/account', http)).status, 400)
    await there.heard('insecure_transport')
    assert.equal((await there.visitor().get('/login', http)).status, 200)
  })

  it('is believed of the proxy that TRUST_PROXY names, who tells where users are [ASVS 15.3.4, 4.1.3]', async () => {
    const visitor = app().visitor({ address: '198.51.100.9' })
    await visitor.login({ ...alice, password: 'a wrong password' })
    const lines = app().events('authn_login_fail')
    assert.equal(
      (await app().heard('authn_login_fail', Math.max(1, lines.length))).ip,
      '198.51.100.9',
    )
    // What stands before it in the list was told by the user.
    const forged = app().visitor({ address: '192.0.2.1, 198.51.100.10' })
    await forged.login({ ...alice, password: 'a wrong password' })
    assert.equal((await app().heard('authn_login_fail', 2)).ip, '198.51.100.10')
  })

  it('is not believed of anybody else [ASVS 4.1.3, 15.3.4]', async (test) => {
    for (const TRUST_PROXY of [undefined, '192.0.2.99']) {
      const direct = await suite().start(test, { TRUST_PROXY })
      const visitor = direct.visitor()
      const page = await visitor.get('/login', { 'X-Forwarded-Host': 'evil.test' })
      assert.equal(page.status, 308, 'https is told by nobody who is trusted')
      assert.equal(page.headers.get('location'), 'https://app.test/login')
      const response = await visitor.post('/login', { ...alice }, { token: 'x' })
      assert.equal(response.status, 400)
      const line = await direct.heard('insecure_transport')
      assert.match(String(line.ip), /^(::ffff:)?127\.0\.0\.1$|^::1$/)
    }
  })

  it('makes no other site the app’s own: X-Forwarded-Host and Host [ASVS 4.1.3, 3.5.1]', async () => {
    const visitor = await app().enter()
    const headers = { Origin: 'https://evil.test', 'Sec-Fetch-Site': null }
    for (const host of [{ 'X-Forwarded-Host': 'evil.test' }, { Host: 'evil.test' }]) {
      const sent = { headers: { ...headers, ...host } }
      assert.equal((await visitor.post('/api/note', { note: 'no' }, sent)).status, 403)
    }
  })

  it('makes none the app’s own either where no PUBLIC_ORIGIN and no proxy is named [ASVS 4.1.3, 3.5.1]', async (test) => {
    const env = { NODE_ENV: 'development', PUBLIC_ORIGIN: undefined, TRUST_PROXY: undefined }
    const near = await suite().start(test, env)
    const visitor = near.visitor()
    const token = await visitor.token('/login')
    const login = (Origin: string) => {
      const headers = { Origin, 'Sec-Fetch-Site': null, 'X-Forwarded-Host': 'evil.test' }
      return visitor.submit('/login', { ...alice }, { token, headers })
    }
    for (const origin of ['http://evil.test', 'https://evil.test'])
      assert.equal((await login(origin)).status, 403)
    assert.equal((await login(near.origin)).status, 303)
  })
})

const elsewhere = [
  '//evil.test',
  'https://evil.test',
  'https://app.test.evil.test/',
  'http:evil.test',
  '/\\evil.test',
  '\\\\evil.test',
  '/%09/evil.test',
  '/\t/evil.test',
  '/\n/evil.test',
  '/.//evil.test',
  '/a/..//evil.test',
  '/%2e//evil.test',
  'javascript:1',
  'data:text/html,1',
  'evil.test',
  '',
]
const locationOf = ({ headers }: Response) => headers.get('location')

describe('a redirect', () => {
  it('after a login goes to a page of this app, whatever the form or the address asks for [ASVS 3.7.2]', async () => {
    for (const next of elsewhere) {
      const visitor = app().visitor()
      const answers = [
        await visitor.submit('/login', { ...alice, next }),
        await app()
          .visitor()
          .submit(`/login?next=${encodeURIComponent(next)}`, { ...alice }),
      ]
      for (const answer of answers) {
        const location = new URL(locationOf(answer) ?? '', 'https://app.test')
        assert.equal(location.origin, 'https://app.test', next)
        assert.match(locationOf(answer) ?? '', /^\/(?!\/)/, next)
      }
      if (next !== '/%09/evil.test') assert.equal(locationOf(answers[0] as Response), '/account')
    }
    const own = await app()
      .visitor()
      .submit('/login', { ...alice, next: '/account?tab=1' })
    assert.equal(locationOf(own), '/account?tab=1')
  })

  it('after a re-authentication does so too [ASVS 3.7.2]', async () => {
    const visitor = await app().enter()
    for (const next of ['//evil.test', 'https://evil.test', '/\\evil.test', 'javascript:1']) {
      const answer = await visitor.submit('/reauth', { password: alice.password, next })
      assert.equal(answer.status, 303)
      assert.match(locationOf(answer) ?? '', /^\/account/, next)
    }
  })

  it('is a path, or to where the app is, whatever host the request names [ASVS 3.7.2, 4.1.3]', async () => {
    for (const host of [{ Host: 'evil.test' }, { 'X-Forwarded-Host': 'evil.test' }]) {
      for (const headers of [host, { ...host, 'X-Forwarded-Proto': 'http' }]) {
        const sent = { ...headers, Accept: 'text/html' }
        const answer = await askRaw(app().origin, 'GET', '/account', sent)
        assert.ok([303, 308].includes(answer.status))
        assert.match(answer.headers.location ?? '', /^(\/(?!\/)|https:\/\/app\.test\/)/)
        assert.doesNotMatch(answer.body, /evil/)
      }
    }
  })

  it('holds no secret [ASVS 14.2.1, 16.2.5, 3.3.4]', async () => {
    await assertNoLeaks(suite())
  })
})
