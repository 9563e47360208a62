import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { before, describe, it } from 'node:test'
import { alice } from '../conformance/suite.ts'
import type { SecureApp } from './app.ts'
import { assertNoLeaks } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'
import { signCookie, type Visitor } from './visitor.ts'

const wrong = 'not her password at all'
const handleOf = async (visitor: Visitor) => {
  const { sessions } = await (await visitor.get('/api/sessions')).json()
  return sessions.find(({ current }: { current: boolean }) => !current).handle
}

/** What happens, and what is told of it: the events, each exactly once, and where a session goes on, of whom. */
type Act = (visitor: Visitor, app: SecureApp, secret: string) => Promise<unknown>
const acts: Record<string, [act: Act, ...events: string[]]> = {
  'a wrong password': [(v) => v.login({ ...alice, password: wrong }), 'authn_login_fail'],
  'a right one after it': [
    (v) => v.login(),
    'authn_login_successafterfail',
    'authn_login_success',
    'session_created',
  ],
  'a login': [(_v, app) => app.visitor().login(), 'authn_login_success', 'session_created'],
  'a wrong password once more': [
    (v) => v.post('/reauth', { password: wrong }),
    'authn_reauth_fail',
  ],
  'the right password once more': [
    (v) => v.post('/reauth', { password: alice.password }),
    'authn_reauth_success',
    'session_renewed',
  ],
  'the end of another session': [
    async (v) => v.post(`/api/sessions/${await handleOf(v)}/revoke`),
    'session_revoked',
  ],
  'a request without a token': [(v) => v.post('/api/note', {}, { token: null }), 'csrf_reject'],
  'a request from another site': [
    (v) => v.post('/api/note', {}, { headers: { 'Sec-Fetch-Site': 'cross-site' } }),
    'csrf_reject',
  ],
  'a request over http': [
    (v) => v.post('/api/note', {}, { headers: { 'X-Forwarded-Proto': 'http' } }),
    'insecure_transport',
  ],
  'a forged cookie': [
    (_v, app) => app.visitor().me({ Cookie: '__Host-id=s%3Aforged.signature' }),
    'session_tampered',
  ],
  'a cookie of no session': [
    (_v, app, secret) => {
      const id = randomBytes(24).toString('base64url')
      return app.visitor().me({ Cookie: `__Host-id=${signCookie(id, secret)}` })
    },
    'session_unknown',
  ],
  'a session that is too large': [
    (v) => v.post('/api/note', { note: 'x'.repeat(5000) }),
    'session_too_large',
  ],
  'a new password': [
    (v) => v.post('/account/password', { current: alice.password, password: `${alice.password}!` }),
    'authn_password_change',
    'session_renewed',
  ],
  'a logout': [(v) => v.submit('/logout'), 'session_logout'],
}

describe('the log', () => {
  const { suite, app } = shareSecureApp({ SESSION_MAX_BYTES: '2000' })
  let visitor: Visitor
  before(async () => {
    visitor = app().visitor({ address: '198.51.100.4' })
  })

  /** The names of the events while something is done; the last line is one that is asked for. */
  async function hear(act: () => Promise<unknown>) {
    const before = app().events().length
    await act()
    const count = app().events('insecure_transport').length
    const sent = { headers: { 'X-Forwarded-Proto': 'http', 'X-Forwarded-For': '192.0.2.200' } }
    await app()
      .visitor()
      .post('/api/last', {}, { token: null, ...sent })
    await app().heard('insecure_transport', count + 1)
    const lines = app().events().slice(before)
    // What is told of the start is about no request, and may come late.
    const ofRequests = lines.filter(({ ip }) => ip !== undefined && ip !== '192.0.2.200')
    return ofRequests.map(({ event }) => event)
  }

  for (const [what, [act, ...events]] of Object.entries(acts)) {
    it(`tells of ${what} once [ASVS 16.3.1, 16.3.2, 16.3.3, SM-13]`, async () => {
      const heard = await hear(() => act(visitor, app(), String(suite().env.SESSION_SECRETS)))
      assert.deepEqual(heard.sort(), events.sort())
    })
  }

  it('says when in UTC, where, who and what, in JSON, on every line [ASVS 16.2.1, 16.2.2, 16.2.4]', () => {
    assert.ok(app().lines.length > 30)
    const sessions = new Set<unknown>()
    for (const line of app().lines) {
      const { time, level, instance, event, ...rest } = JSON.parse(line)
      assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
      assert.ok(Math.abs(Date.parse(time) - Date.now()) < 120_000)
      assert.match(level, /^(info|warn|error)$/)
      assert.ok(instance && event, line)
      if (/^(session_policy|store_not_(encrypted|durable)|listening)$/.test(event)) continue
      assert.ok(rest.req_id && rest.ip, line)
      if (/^(session_(created|renewed|logout)|authn_(re|p).*)$/.test(event)) {
        assert.equal(rest.user, 'alice', line)
        assert.match(rest.sid_h, /^[0-9a-f]{16}$/, line)
        sessions.add(rest.sid_h)
      }
    }
    assert.ok(sessions.size > 3, 'a session is told from another')
  })

  it('cannot be written to by what users send [ASVS 16.4.1]', async () => {
    const forged = '{"event":"authn_login_success","user":"alice"}'
    for (const text of [`a\n${forged}`, `a\r\n${forged}\r\n`, `a","event":"authn_login_success`]) {
      const agent = { 'User-Agent': text.replace(/[\r\n]/g, ' ') }
      const person = { username: text, password: wrong }
      const heard = await hear(() =>
        app().visitor({ headers: agent, address: '203.0.113.99' }).login(person),
      )
      assert.deepEqual(heard, ['authn_login_fail'])
    }
    for (const line of app().lines) assert.doesNotThrow(() => JSON.parse(line), line)
  })

  it('begins with what is in force, and ends with the end [ASVS 16.2.1]', async (test) => {
    const brief = await suite().start(test)
    await brief.visitor().get('/')
    assert.equal((await brief.visitor().get('/readyz')).status, 200)
    await brief.end('SIGTERM')
    const names = brief.events().map(({ event }) => event)
    for (const name of ['session_policy', 'listening', 'shutdown_start', 'shutdown_done'])
      assert.equal(names.filter((each) => each === name).length, 1, name)
    assert.equal(names.at(-1), 'shutdown_done')
  })

  it('has no password, cookie, session id, token or secret [ASVS 16.2.5, 3.3.4, 14.2.1]', async () => {
    await assertNoLeaks(suite())
  })
})
