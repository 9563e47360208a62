import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { alice } from '../conformance/suite.ts'
import { assertNoLeaks } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'
import { publicOrigin, type Visitor } from './visitor.ts'

const { suite, app } = shareSecureApp()

describe('what is sent to the app', () => {
  let visitor: Visitor
  before(async () => {
    visitor = app().visitor()
    await visitor.login()
  })

  /** Sends a body as it is, with all that a request of the app's own has. */
  async function send(path: string, type: string, body: string, from = visitor) {
    const headers = {
      Origin: publicOrigin,
      'Sec-Fetch-Site': 'same-origin',
      Accept: 'application/json',
      'Content-Type': type,
      'X-CSRF-Token': await from.token(path),
    }
    return from.request('POST', path, headers, body)
  }
  const json = (path: string, body: unknown, from?: Visitor) =>
    send(path, 'application/json', JSON.stringify(body), from)
  const form = (path: string, body: string, from?: Visitor) =>
    send(path, 'application/x-www-form-urlencoded', body, from)

  it('for a login has to be two texts: no objects, no lists, nothing twice [ASVS 15.3.5, 15.3.7]', async () => {
    const guest = app().visitor()
    const { username, password } = alice
    for (const body of [
      { username: { $ne: null }, password: { $gt: '' } },
      { username: [username], password: [password] },
      { username, password: 1 },
      { username, password: null },
      { username },
      {},
      [],
      null,
      'alice',
    ]) {
      const response = await json('/login', body, guest)
      assert.equal(response.status, 400, JSON.stringify(body))
    }
    for (const body of [
      `username[]=${username}&password=${password}`,
      `username=${username}&username=${username}&password=${password}`,
      `username=${username}&password=${password}&password=${password}`,
      `username[$ne]=&password[$gt]=`,
    ]) {
      assert.equal((await form('/login', body, guest)).status, 400)
    }
    const twoNames = `username[]=${username}&username=nobody&password=${password}`
    assert.ok([400, 401].includes((await form('/login', twoNames, guest)).status))
    assert.ok(!guest.jar.has('__Host-id'))
  })

  it('in the address is no field of a form [ASVS 15.3.7]', async () => {
    await visitor.post('/api/note', { note: 'from the body' })
    assert.equal((await json('/api/note?note=from+the+address', {})).status, 400)
    await json('/api/note?note=from+the+address', { note: 'from the body' })
    assert.equal(Object(await visitor.me()).note, 'from the body')
    assert.equal((await form('/api/note', 'note=one&note=two')).status, 400)
  })

  it('sets the fields that a route is for, and no other [ASVS 15.3.3]', async () => {
    const now = Date.now() * 2
    const more = {
      user: 'bob',
      visits: 99,
      sessionVersion: now,
      authenticated: now,
      created: now,
      id: 'x',
    }
    const cookie = { cookie: { maxAge: now, httpOnly: false } }
    for (const body of [
      { note: 'mine', ...more, ...cookie },
      { note: 'mine', session: more },
    ]) {
      assert.equal((await json('/api/note', body)).status, 200)
      assert.deepEqual(await visitor.me(), { user: 'alice', note: 'mine', visits: 0 })
    }
    await json('/api/visits', { visits: 99 })
    assert.equal(Object(await visitor.me()).visits, 1)
  })

  it('reaches no prototype [ASVS 15.3.6]', async () => {
    const bodies = [
      '{"note":"p","__proto__":{"user":"bob","admin":true,"status":200}}',
      '{"note":"p","constructor":{"prototype":{"user":"bob","admin":true}}}',
    ]
    for (const body of bodies) await send('/api/note', 'application/json', body)
    await form('/api/note', 'note=p&__proto__[user]=bob&constructor.prototype.user=bob')
    assert.equal(await app().visitor().me(), 401, 'nobody is somebody now')
    assert.equal(await visitor.who(), 'alice')
    for (const username of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const response = await app().visitor().post('/login', { username, password: alice.password })
      assert.equal(response.status, 401, username)
    }
    const text = '{"__proto__":{"admin":1}}'
    await json('/api/note', { note: text })
    assert.equal(Object(await visitor.me()).note, text)
  })

  it('is shown as text, whatever it looks like [ASVS 3.2.2]', async () => {
    const note = `<script>1</script><img src=x onerror=1>"' autofocus onfocus=1 &amp;`
    await visitor.submit('/api/note', { note })
    const page = await (await visitor.get('/account')).text()
    assert.ok(page.includes('&lt;script&gt;1&lt;/script&gt;'))
    assert.doesNotMatch(page, /<script>1|<img src=x|"' autofocus/)
    const username = '"><script>2</script>'
    const failed = await app()
      .visitor()
      .submit('/login', { username, password: 'a wrong password' })
    assert.doesNotMatch(await failed.text(), /"><script>|<script>2/)
    const next = encodeURIComponent('/account?"><script>3</script>')
    const login = await app().visitor().get(`/login?next=${next}`)
    assert.doesNotMatch(await login.text(), /"><script>|<script>3/)
  })

  it('and was not saved is on the page that says so, as text, unless another page may have sent it', async () => {
    const note = `<b>${'long '.repeat(20_000)}</b>`
    const refused = await visitor.submit('/api/note', { note })
    assert.equal(refused.status, 413)
    assert.ok((await refused.text()).includes(note.replaceAll('<', '&lt;').replaceAll('>', '&gt;')))
    const foreign = await visitor.submit('/api/note', { note }, { token: 'made up' })
    assert.equal(foreign.status, 403)
    assert.doesNotMatch(await foreign.text(), /long long/)
  })

  it('and was written after the session had ended is on a page that leads to the login', async () => {
    const late = app().visitor()
    await late.login()
    const token = await late.token()
    await late.copy().submit('/logout')
    const refused = await late.submit('/api/note', { note: 'an <hour> of work' }, { token })
    assert.equal(refused.status, 401)
    const page = await refused.text()
    assert.match(page, /an &lt;hour&gt; of work/)
    assert.match(page, /href="\/login"/)
    const empty = await late.submit('/api/note', { note: '' }, { token })
    assert.match(String(empty.headers.get('location')), /^\/login\?/, 'nothing was written')
  })

  it('comes back in no answer that must not have it [ASVS 14.2.1, 16.2.5, 3.3.4]', async () => {
    await assertNoLeaks(suite())
  })
})

const insides = /node_modules|\.ts\b|\bat \w|Error:|SyntaxError|in JSON|stack/

describe('a request', () => {
  let visitor: Visitor
  before(async () => {
    visitor = app().visitor()
    await visitor.login()
  })

  /** Sends a body as it is, with all that a request of the app's own has. */
  async function send(path: string, type: string, body: string, encoding: string | null = null) {
    const headers = {
      Origin: publicOrigin,
      'Sec-Fetch-Site': 'same-origin',
      Accept: 'application/json',
      'Content-Type': type,
      'Content-Encoding': encoding,
      'X-CSRF-Token': await visitor.token(),
    }
    return visitor.request('POST', path, headers, body)
  }

  it('that cannot be read is refused in general words, and costs nobody the session [ASVS 16.5.1, 15.3.5]', async () => {
    const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`
    const bad: [type: string, body: string, ...statuses: number[]][] = [
      ['application/json', '{"note":', 400],
      ['application/json', '{"note":"x"}}', 400],
      ['application/json', '\0', 400],
      ['application/json', deep, 400],
      ['application/json; charset=utf-99', '{"note":"x"}', 415],
      ['application/x-www-form-urlencoded; charset=utf-7', 'note=x', 415],
      ['application/x-www-form-urlencoded', '&a=b'.repeat(5000), 400, 413],
      ['application/json', `{"note":"${'x'.repeat(600_000)}"}`, 413],
    ]
    for (const [type, body, ...statuses] of bad) {
      const response = await send('/api/note', type, body)
      assert.ok(statuses.includes(response.status), `${response.status} for ${body.slice(0, 40)}`)
      const text = await response.text()
      assert.match(text, /^\{"error":"\w+"\}$/)
      assert.doesNotMatch(text, insides)
    }
    assert.equal(await visitor.who(), 'alice')
  })

  it('that says it is packed and is not is refused in the app’s own words [ASVS 16.5.1]', async () => {
    for (const [encoding, status, error] of [
      ['gzip', 400, 'bad_request'],
      ['deflate', 400, 'bad_request'],
      ['of another kind', 415, 'unsupported_type'],
    ] as const) {
      const response = await send('/api/note', 'application/json', 'never packed', encoding)
      assert.deepEqual([response.status, await response.json()], [status, { error }], encoding)
    }
  })

  it('that is small until it is unpacked is refused [ASVS 16.5.1]', async () => {
    const bomb = gzipSync(JSON.stringify({ note: 'x'.repeat(50_000_000) }))
    const response = await fetch(`${app().origin}/api/note`, {
      method: 'POST',
      body: bomb,
      headers: {
        'X-Forwarded-Proto': 'https',
        Origin: publicOrigin,
        Cookie: [...visitor.jar].map((pair) => pair.join('=')).join('; '),
        'X-CSRF-Token': (await visitor.token()) ?? '',
        'Content-Type': 'application/json',
        'Content-Encoding': 'gzip',
      },
    })
    assert.equal(response.status, 413)
  })

  it('with headers of more than 16 kB is refused, and the next visitor is served [ASVS 16.5.1]', async () => {
    const response = await app()
      .visitor()
      .get('/', { Cookie: `a=${'x'.repeat(20_000)}` })
    assert.equal(response.status, 431)
    assert.doesNotMatch(await response.text(), insides)
    assert.equal((await app().visitor().get('/')).status, 200)
  })

  it('that was refused shows no secret [ASVS 14.2.1, 16.2.5, 3.3.4]', async () => {
    await assertNoLeaks(suite())
  })
})
