import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import type { SecureApp } from './app.ts'
import { assertNoLeaks } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'
import type { Credentials } from './visitor.ts'

/** Does all that sets or clears a cookie, and more, and answers every Set-Cookie that comes back. */
async function crawl(app: SecureApp, person: Credentials): Promise<string[]> {
  const { password } = person
  const visitor = app.visitor()
  const fresh = 'a fresh password for the crawl'
  const answers = [
    await visitor.get('/'),
    await visitor.get('/login'),
    await visitor.login({ ...person, password: 'not the password' }),
    await visitor.login(person),
    await visitor.get('/account'),
    await visitor.post('/api/note', { note: 'crawled' }),
    await visitor.post('/reauth', { password }),
    await visitor.post('/account/password', { current: password, password: fresh, others: true }),
    await visitor.get('/nowhere'),
    await visitor.submit('/logout'),
    await visitor.get('/account'),
  ]
  person.password = fresh
  assert.equal(answers[3]?.status, 303)
  return answers.flatMap(({ headers }) => headers.getSetCookie())
}

const attributesOf = (line: string) => line.split('; ').slice(1)
const isGone = (line: string) => /^[^=]+=;/.test(line)

describe('a cookie', () => {
  const { suite, app } = shareSecureApp()
  let dora: Credentials
  let lines: string[]
  const ofSession = () => lines.filter((line) => /^__Host-id=[^;]/.test(line))
  const ofLogin = () => lines.filter((line) => /^__Host-pre=[^;]/.test(line))
  before(async () => {
    dora = await suite().add('dora')
    lines = await crawl(app(), dora)
    assert.equal(ofSession().length, 3, 'login, re-authentication and the new password')
    assert.ok(ofLogin().length > 0)
  })

  it('is Secure, and its name begins with __Host- and tells nothing of what runs here [ASVS 3.3.1, CK-1, SM-1]', () => {
    for (const line of lines) assert.match(line, /^__Host-(id|pre)=.*; Secure(;|$)/)
  })

  it('is for this host alone: Path=/ and no Domain [ASVS 3.3.3, CK-1]', () => {
    for (const line of lines) {
      assert.ok(attributesOf(line).includes('Path=/'), line)
      assert.doesNotMatch(line, /domain/i)
    }
  })

  it('is HttpOnly [ASVS 3.3.4]', () => {
    for (const line of lines) assert.ok(attributesOf(line).includes('HttpOnly'), line)
  })

  it('says SameSite: Lax, for links from elsewhere lead to a session and to a login [ASVS 3.3.2]', () => {
    const all = [...ofSession(), ...ofLogin()]
    for (const line of all) assert.match(line, /; SameSite=Lax(;|$)/)
  })

  it('ends with the browser [SM-16]', () => {
    for (const line of [...ofSession(), ...ofLogin()]) assert.doesNotMatch(line, /expires|max-age/i)
  })

  it('has 4096 bytes at most, and attributes of 1024 [ASVS 3.3.5, CK-4]', () => {
    for (const line of lines) {
      const [pair = '', ...attributes] = line.split('; ')
      assert.ok(Buffer.byteLength(pair) <= 4096)
      for (const each of attributes) assert.ok(Buffer.byteLength(each) <= 1024)
    }
  })

  it('is cleared with the attributes with which it was set [CK-6]', () => {
    const cleared = lines.filter((line) => isGone(line) && line.startsWith('__Host-id='))
    assert.ok(cleared.length > 0)
    for (const line of cleared) {
      const when = attributesOf(line).filter((each) => /^(Expires|Max-Age)=/.test(each))
      assert.ok(when.includes('Max-Age=0') || when.some((each) => /1970/.test(each)), line)
      const others = attributesOf(line).filter((each) => !when.includes(each))
      assert.deepEqual(others.sort(), attributesOf(ofSession()[0] ?? '').sort())
    }
  })

  it('of a session is SameSite=Strict everywhere when the settings say so [ASVS 3.3.2, CK-6]', async (test) => {
    const strict = await suite().start(test, { SESSION_SAME_SITE: 'strict' })
    const all = await crawl(strict, dora)
    assert.ok(all.some(isGone))
    const own = all.filter((line) => line.startsWith('__Host-id='))
    for (const line of own) assert.match(line, /; SameSite=Strict(;|$)/)
  })

  it('may have another name, such as one that browsers will know later [CK-7]', async (test) => {
    const named = await suite().start(test, { SESSION_COOKIE_NAME: '__Host-Http-id' })
    const visitor = named.visitor()
    const [line = ''] = (await visitor.login()).headers.getSetCookie()
    assert.match(line, /^__Host-Http-id=.*; Path=\/; HttpOnly; Secure/)
    assert.equal(await visitor.who(), 'alice')
  })

  it('is in no body, address or log, and neither is any other secret [ASVS 3.3.4, 14.2.1, 16.2.5]', async () => {
    await assertNoLeaks(suite())
  })
})
