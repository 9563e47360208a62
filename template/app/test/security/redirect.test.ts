import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { alice } from '../suite.ts'
import { assertNoLeaks } from './leaks.ts'
import { askRaw } from './raw.ts'
import { shareSecureApp } from './shared-app.ts'

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
  const { suite, app } = shareSecureApp()

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
