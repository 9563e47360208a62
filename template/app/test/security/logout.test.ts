import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { assertNoLeaks } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'
import type { Visitor } from './visitor.ts'

/** The attributes of a Set-Cookie line, without its value and what only says when it ends. */
function readAttributes(response: Response, name: string): string[] {
  const line = response.headers.getSetCookie().find((each) => each.startsWith(`${name}=`))
  assert.ok(line, `${name} is not set`)
  const [, ...attributes] = line.split('; ')
  return attributes.filter((each) => !/^(expires|max-age)=/i.test(each)).sort()
}

describe('a logout', () => {
  const { suite, app } = shareSecureApp()

  it('ends the session for good, even for a kept cookie [ASVS 7.4.1]', async () => {
    const visitor = await app().enter()
    const kept = visitor.copy()
    assert.equal(await kept.who(), 'alice')
    const response = await visitor.submit('/logout')
    assert.equal(response.status, 303)
    assert.equal(response.headers.get('Location'), '/')
    assert.equal(visitor.jar.has('__Host-id'), false)
    for (let time = 0; time < 3; time++) assert.equal(await kept.who(), 401)
    assert.equal((await kept.get('/account')).headers.get('Location'), '/login?next=%2Faccount')
    assert.equal((await kept.post('/api/note', { note: 'from the grave' })).status, 401)
    assert.equal(await kept.who(), 401)
  })

  it('takes the cookie back with the attributes that it was set with [ASVS 7.4.1, CK-6]', async () => {
    const visitor = app().visitor()
    const set = readAttributes(await visitor.login(), '__Host-id')
    const taken = await visitor.submit('/logout')
    assert.deepEqual(readAttributes(taken, '__Host-id'), set)
    assert.match(taken.headers.getSetCookie().join(), /__Host-id=;.*Expires=Thu, 01 Jan 1970/)
  })

  for (const kind of ['read', 'write']) {
    it(`is final while others ${kind} with the same cookie [ASVS 7.4.1]`, async () => {
      const visitor = await app().enter()
      const others = Array.from({ length: 20 }, () => visitor.copy())
      const token = await visitor.token()
      const act = async (other: Visitor) => {
        const response =
          kind === 'read'
            ? await other.get('/account')
            : await other.post('/api/note', { note: 'written meanwhile' }, { token })
        return response.status
      }
      const early = others.slice(0, 10).map(act)
      const logout = visitor.submit('/logout', {}, { token })
      const answers = [...early, ...others.slice(10).map(act)]
      assert.equal((await logout).status, 303)
      const usual = kind === 'read' ? [200, 303] : [200, 401, 409]
      for (const status of await Promise.all(answers))
        assert.ok(usual.includes(status), `${status}`)
      for (const other of others.slice(0, 3)) assert.equal(await other.who(), 401)
    })
  }

  it('is one button away on every page behind the login [ASVS 7.4.4]', async () => {
    const visitor = await app().enter()
    const wanted = ['/account', '/reauth']
    const seen = new Set<string>()
    for (let path = wanted.pop(); path !== undefined; path = wanted.pop()) {
      seen.add(path)
      const response = await visitor.get(path)
      assert.equal(response.status, 200, path)
      const html = await response.text()
      const forms = html.match(/<form [^>]*action="\/logout"[^>]*>.*?<\/form>/gs) ?? []
      assert.equal(forms.length, 1, `${path} has ${forms.length} forms to log out`)
      assert.match(String(forms[0]), /method="post".*name="_csrf" value="[^"]+".*<button/s)
      const links = [...html.matchAll(/href="(\/(?!assets)[\w/]+)"/g)].map(([, link = '']) => link)
      wanted.push(...links.filter((link) => !seen.has(link) && !wanted.includes(link)))
    }
    assert.deepEqual([...seen].sort(), [
      '/account',
      '/account/password',
      '/account/sessions',
      '/reauth',
    ])
    assert.equal((await visitor.submit('/logout')).status, 303)
  })

  it('shows no secret anywhere [ASVS 14.2.1, 16.2.5, 3.3.4]', () => assertNoLeaks(suite()))
})
