import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import express from 'express'
import { readConfig } from '../../../src/config.ts'
import { createSessions, recordId } from '../../../src/session/index.ts'
import { stopClock } from './app.ts'
import { assertNoLeaks } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'
import { signCookie } from './visitor.ts'

const { suite, app } = shareSecureApp()

const newId = () => randomBytes(24).toString('base64url')
const sign = (id: string) => signCookie(id, String(suite().env.SESSION_SECRETS))

describe('a session id', () => {
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
    const here = await suite().startHere(test, {}, (backend) => ({
      ...backend,
      read: (id) => {
        asked.push(id)
        return backend.read(id)
      },
    }))
    const visitor = here.visitor()
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
    assert.deepEqual(asked, [recordId(id)], 'one that could be is looked for')
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

describe('a cookie that looks wrong', () => {
  it('because the app has not given its id is never taken over, and is noticed [SM-3, SM-13, ASVS 16.3.3]', async () => {
    const visitor = await app().enter()
    const real = visitor.jar.get('__Host-id') ?? ''
    const [, id = ''] = /^s:([^.]+)/.exec(decodeURIComponent(real)) ?? []
    assert.equal(decodeURIComponent(sign(id)), decodeURIComponent(real), 'signed as the app does')
    const planted = newId()
    visitor.jar.set('__Host-id', sign(planted))
    assert.equal(await visitor.me(), 401)
    await app().heard('session_unknown')
    visitor.jar.set('__Host-id', sign(planted))
    await visitor.login()
    assert.ok(!visitor.jar.get('__Host-id')?.includes(planted))
    assert.equal(await visitor.who(), 'alice')
    assert.equal(
      await app()
        .visitor()
        .me({ Cookie: `__Host-id=${sign(planted)}` }),
      401,
    )
  })

  it('because there is a second one of its name does not count [SM-8, ASVS 16.3.3]', async () => {
    const visitor = await app().enter()
    const value = visitor.jar.get('__Host-id')
    for (const other of [sign(newId()), 'planted']) {
      assert.equal(await visitor.me({ Cookie: `__Host-id=${value}; __Host-id=${other}` }), 401)
      assert.equal(await visitor.me({ Cookie: `__Host-id=${other}; __Host-id=${value}` }), 401)
    }
    await app().heard('session_tampered')
    assert.equal(await visitor.who(), 'alice')
  })

  it('because it is written in another way, or twice, is the same cookie [SM-8, ASVS 16.3.3]', async (test) => {
    const here = await suite().startHere(test)
    const visitor = await here.enter()
    const value = visitor.jar.get('__Host-id') ?? ''
    const small = value.replaceAll(/%../g, (each) => each.toLowerCase())
    assert.notEqual(small, value)
    const ways = [small, decodeURIComponent(value), `"${value}"`, `"${small}"`]
    for (const way of [...ways, `${value}; __Host-id=${value}`, `${small}; __Host-id="${value}"`]) {
      assert.equal(Object(await visitor.me({ Cookie: `__Host-id=${way}` })).user, 'alice', way)
    }
    assert.deepEqual(here.events('session_tampered'), [])
  })

  it('a hundred times is counted in the log without filling it, and others are not hindered [SM-12, ASVS 16.3.3]', async (test) => {
    const clock = stopClock()
    const here = await suite().startHere(test)
    const visitor = await here.enter()
    const guesser = here.visitor()
    const guess = () => guesser.me({ Cookie: `__Host-id=${sign(newId())}` })
    assert.deepEqual(await Promise.all(Array.from({ length: 100 }, guess)), Array(100).fill(401))
    assert.equal(here.events('session_unknown').length, 1)
    clock.moveOn(60)
    await guess()
    assert.equal((await here.heard('session_unknown', 2)).suppressed, 99)
    assert.equal(await visitor.who(), 'alice')
  })

  it('gives no secret away [ASVS 16.2.5, 3.3.4]', async () => {
    await assertNoLeaks(suite())
  })
})

const count = 2000
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
// Chi-square with 63 degrees of freedom goes beyond this once in some ten million times by chance.
const limit = 140

function chiSquare(characters: string[]): number {
  const expected = characters.length / alphabet.length
  const differences = [...alphabet].map(
    (each) => characters.filter((character) => character === each).length - expected,
  )
  return differences.reduce((sum, difference) => sum + difference ** 2 / expected, 0)
}

describe('session ids', () => {
  it(`are unique and evenly random, ${count} of them [ASVS 7.2.3, 11.5.1]`, async () => {
    const config = readConfig(suite().env)
    const sessions = createSessions(suite().backend, config, () => {})
    const site = express()
      .use(sessions.middleware)
      .get('/', ({ sessionID }, res) => void res.send(sessionID))
    const server = site.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const ids: string[] = []
    while (ids.length < count) {
      const some = Array.from({ length: 50 }, async () => (await fetch(origin)).text())
      ids.push(...(await Promise.all(some)))
    }
    server.close()

    for (const part of [(id: string) => id.slice(0, 8), (id: string) => id.slice(-8)])
      assert.equal(new Set(ids.map(part)).size, count)
    for (const id of ids) assert.match(id, /^[\w-]{22,}$/)
    for (let position = 0; position < 32; position++) {
      const value = chiSquare(ids.map((id) => id.charAt(position)))
      assert.ok(value < limit, `position ${position}: ${value}`)
    }
  })

  it('show up nowhere but in their cookies [ASVS 14.2.1, 16.2.5, 3.3.4]', async () => {
    await app().enter()
    await assertNoLeaks(suite())
  })
})
