import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it, type TestContext } from 'node:test'
import { compareSecrets } from '../../../../src/security/secret-fingerprint.ts'
import { decodeRecord, type SessionBackend } from '../../../../src/session/index.ts'
import { eventually } from '../clock.ts'
import { startServer } from '../server.ts'
import type { Suite } from '../suite.ts'

const makeSecret = () => randomBytes(32).toString('base64url')
const [first, second, third] = [makeSecret(), makeSecret(), makeSecret()]
const lifetimes = { idleMs: 60_000, absoluteMs: 3_600_000 }

export function describeSecrets(suite: () => Suite) {
  describe('an instance that starts beside others', () => {
    const another = () => ({ SESSION_KEY_PREFIX: `test${randomBytes(4).toString('hex')}:` })

    /** What an instance with these secrets logs of it at its start. */
    async function start(backend: SessionBackend, ...secrets: string[]) {
      const events: string[] = []
      await compareSecrets(backend, secrets, (event, details) =>
        events.push(`${event}: ${details?.hint}`),
      )
      return events
    }

    /** A backend that no instance has used yet. */
    async function openEmpty(test: TestContext) {
      const env = another()
      const backend = await suite().open(test, env)
      await backend.prepare()
      return { env, backend }
    }

    it('with none of their secrets says so, and what to do', async (test) => {
      if (suite().lacks(test, 'sharing')) return
      const { backend } = await openEmpty(test)
      assert.deepEqual(await start(backend, first), [])
      const [line = '', ...more] = await start(backend, second)
      assert.match(line, /^secret_differs: .*Give all instances the same list/)
      assert.deepEqual(more, [])
    })

    it('with the same secrets says nothing, however often, and many at once', async (test) => {
      if (suite().lacks(test, 'sharing')) return
      const { backend } = await openEmpty(test)
      const many = await Promise.all(Array.from({ length: 6 }, () => start(backend, first)))
      assert.deepEqual(many.flat(), [])
      assert.deepEqual(await start(backend, first), [])
    })

    it('says nothing in a rotation, at each of its steps', async (test) => {
      if (suite().lacks(test, 'sharing')) return
      const { backend } = await openEmpty(test)
      for (const secrets of [[first], [first, second], [second, first], [second]])
        assert.deepEqual(await start(backend, ...secrets), [], `${secrets.length} secrets`)
      assert.equal((await start(backend, first)).length, 1, 'and the old one is another by now')
    })

    it('says nothing where sessions are its own, as no instance shares them', async (test) => {
      if (!suite().backend.isPrivate) return test.skip('declared: other processes see the sessions')
      for (const secret of [first, second])
        assert.deepEqual(await start(suite().backend, secret), [])
    })

    it('keeps two bytes of each that can be told from others, none of a weak one, and no session', async (test) => {
      if (suite().lacks(test, 'sharing') || suite().lacks(test, 'scan')) return
      const { backend } = await openEmpty(test)
      await start(backend, first, 'keyboard cat', second)
      let count = 0
      for await (const stored of backend.scan()) {
        count++
        assert.match(
          stored.data,
          /^\{"created":0,"fields":\{"fingerprints":\["\w{4}","\w{4}"\]\}\}$/,
        )
        assert.equal(decodeRecord(stored, lifetimes), null)
      }
      assert.equal(count, 1)
    })

    it('is compared when the app starts, and no secret is shown', async (test) => {
      if (suite().lacks(test, 'sharing')) return
      const { env, backend } = await openEmpty(test)
      await start(backend, first)
      const changes = { ...env, SESSION_SECRETS: `${second},${third}` }
      const { lines } = await startServer(test, suite(), changes)
      const isSaid = () => lines.some((line) => line.includes('"event":"secret_differs"'))
      await eventually(isSaid, 'it says so')
      for (const secret of [first, second, third]) assert.ok(!lines.join('\n').includes(secret))
    })
  })
}
