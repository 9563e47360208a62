import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openBrowser } from '../browser.ts'
import { openLoadBalancer } from '../load-balancer.ts'
import { startServer } from '../server.ts'
import type { Suite } from '../suite.ts'

export function describeShutdown(suite: () => Suite) {
  describe('three processes behind a load balancer', () => {
    it('that are replaced one after the other fail no request', async (test) => {
      if (suite().lacks(test, 'sharing')) return
      const env = { SHUTDOWN_DELAY_SECONDS: '1' }
      const balancer = await openLoadBalancer(test)
      async function startInstance() {
        const instance = await startServer(test, suite(), env)
        await balancer.add(instance.origin)
        return instance
      }
      const old = [await startInstance(), await startInstance(), await startInstance()]
      const browser = openBrowser(balancer.origin)
      await browser.login()

      const answers: Promise<string>[] = []
      const describeAnswer = async (asked: Promise<Response>) => {
        const response = await asked
        return `${response.status} ${await response.text()}`
      }
      let sent = 0
      const sending = setInterval(() => {
        const isWrite = sent++ % 3 === 0
        const asked = isWrite ? browser.post('/api/visits') : browser.get('/api/me')
        answers.push(describeAnswer(asked).catch((error) => `failed: ${error.cause ?? error}`))
      }, 1000 / 60)
      test.after(() => clearInterval(sending))
      for (const instance of old) {
        await startInstance()
        assert.equal(await instance.end('SIGTERM'), 0)
      }
      clearInterval(sending)
      const failed = (await Promise.all(answers)).filter((answer) => !answer.startsWith('200 '))
      assert.deepEqual(failed, [])
      assert.ok(answers.length > 100, `${answers.length} requests`)
      const writes = Math.ceil(sent / 3)
      assert.equal((await browser.me()).visits, writes, 'and none is lost')
    })
  })
}
