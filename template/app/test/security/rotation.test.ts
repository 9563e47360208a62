import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { assertNoLeaks } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'
import { publicOrigin, type Visitor } from './visitor.ts'

const graceMs = 10_000

describe('the id of a session that is long in use', { concurrency: 2 }, () => {
  const { suite, app } = shareSecureApp({ SESSION_ROTATE_SECONDS: '10' })

  /** Sends the head of a request with a visitor's cookies, and its body when told; resolves to the status. */
  function beginUpload(visitor: Visitor, token: string | null) {
    const body = JSON.stringify({ note: 'from a slow line' })
    const sending = request(new URL('/api/note', app().origin), {
      method: 'POST',
      agent: false,
      headers: {
        Cookie: [...visitor.jar].map(([name, value]) => `${name}=${value}`).join('; '),
        Origin: publicOrigin,
        'X-CSRF-Token': String(token),
        'X-Forwarded-Proto': 'https',
        'Content-Type': 'application/json',
        'Content-Length': body.length,
      },
    })
    sending.write(body.slice(0, 5))
    return {
      async finish() {
        sending.end(body.slice(5))
        const [answer] = (await once(sending, 'response')) as [IncomingMessage]
        answer.resume()
        return answer.statusCode
      },
    }
  }

  it('is another one after a time; the one before ends soon, and whoever brings it later ends the session [SM-7]', async () => {
    const visitor = await app().enter()
    const token = await visitor.token()
    const [device] = (await (await visitor.get('/api/sessions')).json()).sessions
    const old = visitor.copy()
    await pause(10_200)
    const upload = beginUpload(old, token)
    assert.equal(await visitor.who(), 'alice')
    assert.notEqual(visitor.jar.get('__Host-id'), old.jar.get('__Host-id'))
    assert.equal(await visitor.who(), 'alice')
    const renewed = Date.now()
    // A form that was opened before is sent after.
    assert.equal((await visitor.post('/api/note', { note: 'kept' }, { token })).status, 200)
    const [same] = (await (await visitor.get('/api/sessions')).json()).sessions
    assert.deepEqual([same.handle, same.created], [device.handle, device.created])
    assert.equal((await app().heard('session_rotated')).user, 'alice')
    assert.equal((await old.me()) !== 401, true, 'another tab goes on')
    assert.deepEqual(app().events('session_replay'), [])

    await pause(renewed + graceMs + 300 - Date.now())
    assert.equal(await upload.finish(), 200, 'what came before its time was up goes on')
    assert.equal(await visitor.who(), 'alice')
    assert.equal(await old.who(), 401)
    assert.equal(await visitor.who(), 401)
    assert.equal((await app().heard('session_replay')).user, 'alice')
  })

  it('stays the same where sessions are short, and does not where they outlive a working day [SM-7]', async (test) => {
    const rotates = async (seconds: number) => {
      const env = { SESSION_ABSOLUTE_SECONDS: String(seconds) }
      return (await (await suite().start(test, env)).heard('session_policy')).rotate
    }
    assert.equal(await rotates(43_200), 0)
    assert.equal(await rotates(43_201), 900)
  })

  it('gives no secret away [ASVS 16.2.5, 3.3.4]', async () => {
    await assertNoLeaks(suite())
  })
})
