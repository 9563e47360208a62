import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { collectAnswers } from './answers.ts'
import { assertNoLeaks } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'

describe('every answer', () => {
  const { suite, app } = shareSecureApp()
  let answers: [string, Response][] = []
  const each = (test: (headers: Headers, what: string) => void) => {
    for (const [what, { headers }] of answers) test(headers, what)
  }
  before(async () => {
    answers = Object.entries(await collectAnswers(suite(), app()))
    for (const [what, { status }] of answers) assert.equal(status, Number(what.slice(-3)), what)
  })

  it('keeps browsers to https for a year or more, subdomains included [ASVS 3.4.1]', () => {
    each((headers, what) => {
      const value = headers.get('strict-transport-security') ?? ''
      assert.ok(Number(/max-age=(\d+)/.exec(value)?.[1]) >= 31_536_000, what)
      assert.match(value, /; includeSubDomains/)
    })
  })

  it('is for no other origin to read [ASVS 3.4.2]', async () => {
    each((headers, what) => assert.equal(headers.get('access-control-allow-origin'), null, what))
    const visitor = await app().enter()
    const asking = { Origin: 'https://evil.test', 'Access-Control-Request-Method': 'POST' }
    for (const method of ['GET', 'OPTIONS']) {
      for (const path of ['/', '/login', '/account', '/api/me', '/api/note', '/assets/style.css']) {
        const { headers } = await visitor.request(method, path, asking)
        for (const [name] of headers) assert.doesNotMatch(name, /^access-control-/)
      }
    }
  })

  it('has a content security policy without inline code, wildcards, plugins and frames [ASVS 3.4.3, 3.4.6]', () => {
    each((headers, what) => {
      const policy = (headers.get('content-security-policy') ?? '').split(';').sort()
      assert.deepEqual(
        policy,
        [
          "base-uri 'none'",
          "connect-src 'self'",
          "default-src 'none'",
          "font-src 'self'",
          "form-action 'self'",
          "frame-ancestors 'none'",
          "img-src 'self'",
          "object-src 'none'",
          "script-src 'self'",
          "script-src-attr 'none'",
          "style-src 'self'",
          'upgrade-insecure-requests',
        ],
        what,
      )
      assert.equal(headers.get('x-frame-options'), 'DENY', what)
    })
  })

  it('says where to report what the policy refused, when that is set [ASVS 3.4.7]', async (test) => {
    const uri = 'https://reports.test/csp'
    const reporting = await suite().start(test, { CSP_REPORT_URI: uri })
    const { headers } = await reporting.visitor().get('/login')
    assert.ok(headers.get('content-security-policy')?.includes(`report-uri ${uri}`))
  })

  it('is taken for the type that it says [ASVS 3.4.4]', () => {
    each((headers, what) => assert.equal(headers.get('x-content-type-options'), 'nosniff', what))
  })

  it('keeps addresses from other sites, and lets own forms say their origin [ASVS 3.4.5]', () => {
    each((headers, what) => assert.equal(headers.get('referrer-policy'), 'same-origin', what))
  })

  it('is apart from the windows and documents of other sites [ASVS 3.4.8, 3.5.8]', () => {
    each((headers, what) => {
      assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin', what)
      assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin', what)
    })
  })

  it('says its type and charset, and they are right [ASVS 4.1.1]', async () => {
    for (const [what, response] of answers) {
      const body = await response.clone().text()
      const type = response.headers.get('content-type') ?? ''
      if (body === '') continue
      assert.match(type, /^(application\/json|text\/(html|css|plain)); charset=utf-8$/, what)
      assert.equal(/^[{[]/.test(body), type.startsWith('application/json'), what)
      assert.equal(/^\s*<!doctype html>/i.test(body), type.startsWith('text/html'), what)
    }
  })

  it('is kept in no cache when it depends on who asks [ASVS 14.3.2, 7, SM-10]', () => {
    for (const [what, { headers }] of answers) {
      if (!/^asset/.test(what)) assert.match(headers.get('cache-control') ?? '', /no-store/, what)
    }
  })

  it('tells nothing of what runs here [ASVS 13.4.6]', () => {
    each((headers, what) => {
      for (const name of ['x-powered-by', 'server', 'via', 'x-runtime'])
        assert.equal(headers.get(name), null, what)
    })
  })

  it('is without secrets [ASVS 14.2.1, 16.2.5, 3.3.4]', async () => {
    await assertNoLeaks(suite())
  })
})
