import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { alice } from '../conformance/suite.ts'
import type { SecureApp, SecureSuite } from './app.ts'
import { openBreakage } from './breakage.ts'
import { assertNoLeaks, assertNothingOfInsides } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'
import { publicOrigin, type Visitor } from './visitor.ts'

const { suite, app } = shareSecureApp()

/** Answers of every kind that the app gives, by what they are, which ends in their status. */
async function collectAnswers(
  suite: SecureSuite,
  app: SecureApp,
): Promise<Record<string, Response>> {
  const visitor = app.visitor()
  const guest = app.visitor()
  const evil = { headers: { Origin: 'https://evil.test', 'Sec-Fetch-Site': 'cross-site' } }
  const type = { headers: { 'Content-Type': 'text/plain' } }
  const answers: Record<string, Response> = {
    'start page 200': await guest.get('/'),
    'login page 200': await guest.get('/login'),
    'asset 200': await guest.get('/assets/style.css'),
    'live 200': await guest.get('/livez'),
    'ready 200': await guest.get('/readyz'),
    'wrong login 401': await guest.submit('/login', { ...alice, password: 'a wrong password' }),
    'login 303': await visitor.login(),
    'account page 200': await visitor.get('/account'),
    'sessions page 200': await visitor.get('/account/sessions'),
    'me 200': await visitor.get('/api/me'),
    'sessions 200': await visitor.get('/api/sessions'),
    'note 200': await visitor.post('/api/note', { note: 'kept' }),
    'note form 303': await visitor.submit('/api/note', { note: 'kept' }),
    'guest at a page 303': await guest.get('/account'),
    'guest at a route 401': await guest.get('/api/me'),
    'cross-site page 403': await visitor.submit('/api/note', { note: 'no' }, evil),
    'cross-site 403': await visitor.post('/api/note', { note: 'no' }, evil),
    'no such page 404': await guest.get('/nowhere'),
    'no such route 404': await guest.get('/api/nowhere', { Accept: 'application/json' }),
    'wrong method 405': await visitor.get('/logout'),
    'wrong type 415': await visitor.post('/api/note', { note: 'no' }, type),
    'too large 413': await visitor.post('/api/note', { note: 'x'.repeat(600_000) }),
  }
  const breakage = await openBreakage(suite, suite)
  if (breakage) {
    const weak = await suite.start(suite, breakage.env)
    const late = weak.visitor()
    await late.token('/login')
    await breakage.start()
    const [page, json] = await Promise.all([late.login(), late.post('/login', alice)])
    answers['no store page 503'] = page
    answers['no store 503'] = json
    await breakage.stop()
  }
  return answers
}

describe('every answer', () => {
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

/** An error of the app's own code at a signal, as none is known that a request could cause. */
const bug = 'process.on("SIGUSR2", () => { throw new Error("a bug") })'

describe('an error', () => {
  /** Answers that are errors, to somebody who is logged in. */
  async function causeErrors(visitor: Visitor) {
    const own = { Origin: publicOrigin, 'X-CSRF-Token': await visitor.token() }
    const headers = { ...own, 'Content-Type': 'application/json' }
    const send = (Accept: string, body: string) =>
      visitor.request('POST', '/api/note', { ...headers, Accept }, body)
    return [
      await send('application/json', '{"note":'),
      await send('text/html', '{"note":'),
      await send('application/json', '{"note":5}'),
      await visitor.get('/nowhere'),
      await visitor.get('/%E0%A4%A'),
    ]
  }

  for (const NODE_ENV of ['production', 'development']) {
    it(`that a request causes in ${NODE_ENV} is answered with nothing from inside [ASVS 16.5.1, 13.4.2]`, async (test) => {
      const there = await suite().start(test, { NODE_ENV })
      for (const response of await causeErrors(await there.enter())) {
        assert.ok([400, 404].includes(response.status), `${response.url}: ${response.status}`)
        await assertNothingOfInsides(response)
      }
    })
  }

  it('about a file says what it is itself, not what the file would be [ASVS 4.1.1]', async () => {
    const answer = await app().visitor().get('/assets/style.css', { Range: 'bytes=9999999-' })
    assert.equal(answer.status, 416)
    assert.match(answer.headers.get('content-type') ?? '', /^text\/html/)
  })

  it('that nobody has caught is a line of the log, and the process ends in order [ASVS 16.5.4, 16.3.4]', async (test) => {
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(bug)}`
    const faulty = await suite().start(test, { NODE_OPTIONS })
    const visitor = await faulty.enter()
    assert.equal(await visitor.who(), 'alice')
    assert.equal(await faulty.end('SIGUSR2'), 1)
    const line = await faulty.heard('uncaught_exception')
    assert.equal(line.level, 'error')
    assert.match(JSON.stringify(line), /a bug/)
    for (const each of faulty.lines) assert.doesNotThrow(() => JSON.parse(each), each)
    assert.equal(faulty.events().at(-1)?.event, 'shutdown_done')
  })

  it('shows no secret [ASVS 14.2.1, 16.2.5, 3.3.4]', async () => {
    await app().enter()
    await assertNoLeaks(suite())
  })
})
