import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import express from 'express'
import { readConfig } from '../../../../src/config.ts'
import { createSessions } from '../../../../src/session/index.ts'
import { signCookie } from '../browser.ts'
import type { Suite } from '../suite.ts'

export function describeOutside(suite: () => Suite) {
  describe('a request outside of every path', () => {
    it('does no harm, not even with a cookie of an old secret', async (test) => {
      const old = randomBytes(32).toString('base64url')
      const SESSION_SECRETS = `${suite().env.SESSION_SECRETS},${old}`
      const config = readConfig({ ...suite().env, SESSION_SECRETS })
      const sessions = createSessions(suite().backend, config, () => {})
      const site = express().use(sessions.middleware)
      site.use((_req, res) => void res.send('there'))
      const server = site.listen(0, '127.0.0.1')
      await once(server, 'listening')
      test.after(() => server.close())
      const { port } = server.address() as AddressInfo
      const headers = { Cookie: `id=${signCookie('A'.repeat(32), old)}` }
      const asked = request({ port, method: 'OPTIONS', path: '*', headers, agent: false }).end()
      const [answer] = await once(asked, 'response')
      assert.equal(answer.statusCode, 200)
    })
  })
}
