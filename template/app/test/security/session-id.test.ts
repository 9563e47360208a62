import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { storedId } from '../../src/session/id.ts'
import { openSite } from '../site.ts'
import { assertNoLeaks } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'
import { openVisitor, signCookie } from './visitor.ts'

const newId = () => randomBytes(24).toString('base64url')

describe('a session id', () => {
  const { suite, app } = shareSecureApp()
  const sign = (id: string) => signCookie(id, String(suite().env.SESSION_SECRETS))

  it('is none of what a browser has before the login [SM-9]', async () => {
    const visitor = app().visitor()
    await visitor.get('/login')
    const pre = visitor.jar.get('__Host-pre') ?? ''
    assert.match(pre, /^[\w%.-]{22,}$/)
    const signed = signCookie(pre, String(suite().env.SESSION_SECRETS))
    for (const value of [pre, signed]) {
      assert.equal(
        await app()
          .visitor()
          .me({ Cookie: `__Host-id=${value}` }),
        401,
      )
    }
    visitor.jar.set('__Host-id', signed)
    await visitor.login()
    assert.equal(await visitor.who(), 'alice')
    assert.ok(!visitor.jar.get('__Host-id')?.includes(pre))
  })

  it('is taken from the cookie of its exact name, and from nothing else [ASVS 3.3.4, 14.2.1, CK-1, SM-2]', async () => {
    const visitor = await app().enter()
    const value = visitor.jar.get('__Host-id') ?? ''
    const id = decodeURIComponent(value).slice(2).split('.')[0] ?? ''
    const stranger = app().visitor()
    for (const name of ['__host-id', '__HOST-ID', '__Secure-id', 'id', 'connect.sid']) {
      assert.equal(await stranger.me({ Cookie: `${name}=${value}` }), 401, name)
    }
    for (const each of [value, id]) {
      const bearer = { Authorization: `Bearer ${each}`, 'X-Session-Id': each, '__Host-id': each }
      assert.equal(await stranger.me(bearer), 401)
      for (const path of [
        `/api/me?sid=${each}`,
        `/api/me?__Host-id=${each}`,
        `/api/me;jsessionid=${each}`,
      ]) {
        const response = await stranger.get(path)
        assert.ok([401, 404].includes(response.status), path)
        assert.deepEqual(response.headers.getSetCookie(), [])
      }
    }
    assert.equal(
      await stranger.me({ Cookie: `__Host-id=${value}` }).then((me) => typeof me),
      'object',
    )
  })

  it('that is none is a 401 although its signature is right, and never an error [ASVS 7.2.1]', async () => {
    const bad = ['../../etc/passwd', '*', 'a\r\nFLUSHALL', "' OR 1=1", '', 'x'.repeat(5000)]
    for (const id of [...bad, '__proto__', '{"$ne":null}', `${newId()}\0`]) {
      assert.equal(
        await app()
          .visitor()
          .me({ Cookie: `__Host-id=${sign(id)}` }),
        401,
        id,
      )
    }
    for (const value of ['', 's:', 's:.', 'j:{"user":"alice"}', '%', '%E0%A4%A', 's%3Aa.b.c']) {
      assert.equal(
        await app()
          .visitor()
          .me({ Cookie: `__Host-id=${value}` }),
        401,
        value,
      )
    }
  })

  it('that is none never reaches the store [SM-4]', async (test) => {
    const asked: string[] = []
    const site = await openSite(test, suite(), {
      wrap: (backend) => ({
        ...backend,
        read: (id) => {
          asked.push(id)
          return backend.read(id)
        },
      }),
    })
    const visitor = openVisitor(site.origin)
    for (const id of [
      '../../etc/passwd',
      '*',
      "' OR 1=1",
      'short',
      'x'.repeat(5000),
      '__proto__',
    ]) {
      assert.equal(await visitor.me({ Cookie: `__Host-id=${sign(id)}` }), 401, id)
    }
    assert.deepEqual(asked, [])
    const id = newId()
    assert.equal(await visitor.me({ Cookie: `__Host-id=${sign(id)}` }), 401)
    assert.deepEqual(asked, [storedId(id)], 'one that could be is looked for')
  })

  it('is not what the store knows a session by [SM-15]', async (test) => {
    if (suite().lacks(test, 'sharing')) return
    const visitor = app().visitor()
    const stored = await suite().started(() => visitor.login())
    const [, id = ''] =
      /^s:([^.]+)/.exec(decodeURIComponent(visitor.jar.get('__Host-id') ?? '')) ?? []
    assert.match(id, /^[\w-]{22,}$/)
    assert.equal(JSON.stringify(stored).includes(id), false)
    const forged = app().visitor()
    assert.equal(await forged.me({ Cookie: `__Host-id=${sign(stored.id)}` }), 401)
  })

  it('is in no record of the store, and no secret is told [SM-15, ASVS 16.2.5, 3.3.4]', async () => {
    await assertNoLeaks(suite())
  })
})
