import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { openBrowser } from '../browser.ts'
import { startProcess, startServer } from '../server.ts'
import type { Suite } from '../suite.ts'

const six = Array.from({ length: 6 })

export function describeBoot(suite: () => Suite) {
  describe('six processes that boot at once on an empty backend', () => {
    it('are all ready, without an error', async (test) => {
      if (suite().lacks(test, 'sharing')) return
      const env = { SESSION_KEY_PREFIX: `boot${randomBytes(4).toString('hex')}:` }
      const run = () => startProcess(test, 'cli/sessions.ts', ['init'], { ...suite().env, ...env })
      for (const { ended, lines } of six.map(run)) assert.equal(await ended, 0, lines.join('\n'))
      const servers = await Promise.all(six.map(() => startServer(test, suite(), env)))
      const first = openBrowser(servers[0]?.origin ?? '')
      const browsers = [first, ...servers.slice(1).map(({ origin }) => openBrowser(origin))]
      for (const browser of browsers) assert.equal((await browser.get('/readyz')).status, 200)
      const logins = await Promise.all(browsers.map((browser) => browser.login()))
      for (const login of logins) assert.equal(login.status, 303)
      for (const server of servers) {
        assert.equal((await first.copy(server.origin).me()).user, 'alice')
      }
      for (const browser of browsers) await browser.post('/logout')
      for (const server of servers) {
        assert.equal(await server.end('SIGTERM'), 0)
        // How a server of the tests is set up is not the app's.
        const lines = server.lines.filter((line) => !line.includes('store_not_durable'))
        assert.doesNotMatch(lines.join('\n'), /"level":"(warn|error)"|unhandled|uncaught/i)
      }
    })

    it('make the table or index on their first use, where nobody did before', async (test) => {
      if (suite().lacks(test, 'sharing') || suite().lacks(test, 'creation')) return
      const env = { SESSION_KEY_PREFIX: `boot${randomBytes(4).toString('hex')}:` }
      const backends = await Promise.all(six.map(() => suite().open(test, env)))
      await Promise.all(backends.map((backend) => backend.ping()))
      for (const backend of backends) assert.deepEqual(await backend.owned('nobody'), [])
    })
  })
}
