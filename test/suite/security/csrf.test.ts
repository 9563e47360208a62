import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, it } from 'node:test'
import { alice } from '../conformance/suite.ts'
import { assertNoLeaks } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'
import { askRaw, publicOrigin as own, type Visitor } from './visitor.ts'

const { suite, app } = shareSecureApp()

const evil = 'https://evil.test'
const sibling = 'https://other.app.test'

/** Of a POST with a session: Sec-Fetch-Site, Origin, Referer (null: not sent), and whose token it has. */
type Row = [
  number: string,
  site: string | null,
  origin: string | null,
  referer: string | null,
  token: 'its own token' | 'no token' | 'the token of another session' | 'the token of an old id',
]

const taken: Row[] = [
  ['1', 'same-origin', own, null, 'its own token'],
  ['5', 'none', null, null, 'its own token'],
  ['6', null, own, null, 'its own token'],
  ['7b', 'same-origin', 'null', null, 'its own token'],
  ['8', null, null, `${own}/account?tab=1`, 'its own token'],
]

const refused: Row[] = [
  ['2', 'same-origin', own, null, 'no token'],
  ['2', 'same-origin', own, null, 'the token of another session'],
  ['2', 'same-origin', own, null, 'the token of an old id'],
  ['3', 'cross-site', own, null, 'its own token'],
  ['3', 'cross-site', evil, null, 'its own token'],
  ['3', 'cross-site', null, `${own}/account`, 'its own token'],
  ['4', 'same-site', sibling, null, 'its own token'],
  ['7', null, `${own}.evil.com`, null, 'its own token'],
  ['7', null, own.replace('https', 'http'), null, 'its own token'],
  ['7', null, `${own}:8443`, null, 'its own token'],
  ['7', null, evil, `${own}/account`, 'its own token'],
  ['7c', null, 'null', null, 'its own token'],
  ['7c', 'cross-site', 'null', null, 'its own token'],
  ['8', null, null, `${evil}/?${own}/`, 'its own token'],
  ['8', null, null, `${own}.evil.com/`, 'its own token'],
  ['9', null, null, null, 'its own token'],
  ['10', null, null, null, 'no token'],
]

const tell = ([number, site, origin, referer, token]: Row) =>
  `with Sec-Fetch-Site ${site ?? 'absent'}, Origin ${origin ?? 'absent'}, Referer ${referer ?? 'absent'} and ${token} (row ${number})`

describe('what changes something', () => {
  let visitor: Visitor
  const tokens: Record<Row[4], string | null> = {
    'its own token': null,
    'no token': null,
    'the token of another session': null,
    'the token of an old id': null,
  }
  before(async () => {
    visitor = app().visitor()
    const other = app().visitor()
    await visitor.login()
    await other.login()
    tokens['the token of another session'] = await other.token()
    tokens['the token of an old id'] = await visitor.token()
    await visitor.post('/reauth', { password: alice.password })
    tokens['its own token'] = await visitor.token()
  })

  /** Sends a note as a form and as a program, and answers the statuses and which note is there afterwards. */
  async function sendNotes(from: Visitor, [, site, origin, referer]: Row, token: string | null) {
    const headers = { 'Sec-Fetch-Site': site, Origin: origin, Referer: referer }
    const notes = [randomUUID(), randomUUID()]
    const form = await from.submit('/api/note', { note: notes[0] ?? '' }, { headers, token })
    const afterForm = await from.me()
    const json = await from.post('/api/note', { note: notes[1] ?? '' }, { headers, token })
    const kept = [afterForm, await from.me()].map((me) => typeof me === 'object' && me.note)
    return { form, json, isKept: kept.map((note, index) => note === notes[index]) }
  }

  for (const row of taken) {
    it(`is done ${tell(row)} [ASVS 3.5.1]`, async () => {
      const { form, json, isKept } = await sendNotes(visitor, row, tokens[row[4]])
      assert.deepEqual([form.status, json.status], [303, 200])
      assert.deepEqual(isKept, [true, true])
    })
  }

  for (const row of refused) {
    it(`is refused ${tell(row)} [ASVS 3.5.1]`, async () => {
      const { form, json, isKept } = await sendNotes(visitor, row, tokens[row[4]])
      assert.deepEqual([form.status, json.status], [403, 403])
      assert.match(form.headers.get('content-type') ?? '', /^text\/html/)
      assert.deepEqual(await json.json(), { error: 'csrf' })
      assert.deepEqual(isKept, [false, false])
    })
  }

  it('is done for programs that send no origin where CSRF_ALLOW_NO_ORIGIN says so, still not without a token [ASVS 3.5.1]', async (test) => {
    const lenient = await suite().start(test, { CSRF_ALLOW_NO_ORIGIN: 'true' })
    const program = lenient.visitor()
    await program.login()
    const row: Row = ['9', null, null, null, 'its own token']
    const done = await sendNotes(program, row, await program.token())
    assert.deepEqual([done.json.status, done.isKept[1]], [200, true])
    const bare = await sendNotes(program, row, null)
    assert.deepEqual([bare.form.status, bare.json.status], [403, 403])
    for (const origin of ['null', evil]) {
      const foreign: Row = ['7', null, origin, null, 'its own token']
      const { json } = await sendNotes(program, foreign, await program.token())
      assert.equal(json.status, 403, origin)
    }
  })

  it('tells no secret while it is refused [CS-5, ASVS 14.2.1, 16.2.5, 3.3.4]', async () => {
    await assertNoLeaks(suite())
  })
})

const json = JSON.stringify({ note: 'from elsewhere' })
const ownSite = { Origin: own, 'Sec-Fetch-Site': 'same-origin' }

describe('a request that another site may have caused', () => {
  let visitor: Visitor
  const noteOf = async () => Object(await visitor.me()).note
  before(async () => {
    visitor = app().visitor()
    await visitor.login()
  })

  it('changes nothing by GET, HEAD or OPTIONS [ASVS 3.5.3]', async () => {
    const before = await visitor.me()
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      for (const path of [
        '/api/note?note=changed',
        '/api/visits',
        '/account?note=changed',
        '/api/sessions/revoke-others',
        '/api/sessions/revoke-all',
        '/account/password?others=on',
      ]) {
        await visitor.request(method, path, ownSite)
        assert.deepEqual(await visitor.me(), before, `${method} ${path}`)
      }
    }
  })

  it('is not read when its type is one that other sites can send, even with a token [CS-6, ASVS 3.5.2, 15.3.5]', async () => {
    const before = await noteOf()
    for (const type of ['text/plain', 'multipart/form-data; boundary=x', 'application/xml']) {
      const headers = {
        ...ownSite,
        Accept: 'application/json',
        'X-CSRF-Token': await visitor.token(),
      }
      const sent = { ...headers, 'Content-Type': type }
      const response = await visitor.request('POST', '/api/note', sent, json)
      assert.equal(response.status, 415, type)
      assert.deepEqual(await response.json(), { error: 'unsupported_type' })
    }
    assert.equal(await noteOf(), before)
  })

  it('is told apart by caches [CS-8, ASVS 7]', async () => {
    for (const response of [
      await visitor.get('/login'),
      await visitor.get('/account'),
      await visitor.get('/api/me'),
      await visitor.get('/nowhere'),
      await visitor.get('/api/me', { 'Sec-Fetch-Site': 'cross-site' }),
      await visitor.post('/api/note', { note: 'varied' }),
      await visitor.post('/api/note', {}, { token: null }),
      await visitor.submit('/api/note', {}, { headers: { Origin: 'https://evil.test' } }),
    ]) {
      const vary = (response.headers.get('vary') ?? '').toLowerCase().split(/, */)
      for (const name of ['cookie', 'sec-fetch-site', 'origin'])
        assert.ok(vary.includes(name), `${response.url}: ${vary}`)
    }
  })

  it('may be a link to a page, and gets no data of the programs’ routes (row 11) [ASVS 3.5.1, 3.5.8]', async () => {
    const headers = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' }
    const dest = { ...headers, 'Sec-Fetch-Dest': 'document', Accept: 'text/html' }
    const page = await askRaw(app().origin, 'GET', '/account', dest, visitor)
    assert.equal(page.status, 200)
    assert.match(page.body, /alice/)
    for (const mode of ['no-cors', 'cors', 'navigate']) {
      const sent = { ...headers, 'Sec-Fetch-Mode': mode }
      assert.equal((await askRaw(app().origin, 'GET', '/api/me', sent, visitor)).status, 403, mode)
    }
  })

  it('is told no secret [CS-5, ASVS 14.2.1, 16.2.5, 3.3.4]', async () => {
    await assertNoLeaks(suite())
  })
})
