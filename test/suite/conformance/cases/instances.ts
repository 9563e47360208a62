import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it, type TestContext } from 'node:test'
import { type Browser, openBrowser } from '../browser.ts'
import { openLoadBalancer } from '../load-balancer.ts'
import { startServer } from '../server.ts'
import { alice, type Suite } from '../suite.ts'

const perSecond = 60
const env = { SHUTDOWN_DELAY_SECONDS: '1' }

/** Sends requests at `perSecond` until the test stops it: two readings for each write, of each browser in turn. */
function startLoad(test: TestContext, browsers: Browser[]) {
  const answers: Promise<string>[] = []
  const writes = browsers.map(() => 0)
  let sent = 0

  async function describeAnswer(asked: Promise<Response>) {
    const response = await asked
    return `${response.status} ${await response.text()}`
  }
  const sending = setInterval(() => {
    const turn = sent % browsers.length
    const browser = browsers[turn] as Browser
    const isWrite = Math.floor(sent++ / browsers.length) % 3 === 0
    if (isWrite) writes[turn] = (writes[turn] ?? 0) + 1
    const asked = isWrite ? browser.post('/api/visits') : browser.get('/api/me')
    answers.push(describeAnswer(asked).catch((error) => `failed: ${error.cause ?? error}`))
  }, 1000 / perSecond)
  test.after(() => clearInterval(sending))

  return {
    /** Resolves with every answer, and with how often each browser has written. */
    async stop() {
      clearInterval(sending)
      return { answers: await Promise.all(answers), writes }
    },
  }
}

export function describeInstances(suite: () => Suite) {
  describe('three processes behind a load balancer', () => {
    async function startThree(test: TestContext) {
      const balancer = await openLoadBalancer(test)
      async function startInstance() {
        const instance = await startServer(test, suite(), env)
        await balancer.add(instance.origin)
        return instance
      }
      const instances = await Promise.all([startInstance(), startInstance(), startInstance()])
      return { balancer, startInstance, instances }
    }

    /** So many sessions, each with the token that its writes need. */
    async function logIn(origin: string, count: number) {
      const browsers = Array.from({ length: count }, () => openBrowser(origin))
      for (const browser of browsers) {
        assert.equal((await browser.login()).status, 303)
        await browser.me()
      }
      return browsers
    }

    it('that are replaced one after the other fail no request, end no session and lose no write', async (test) => {
      if (suite().lacks(test, 'sharing')) return
      const { balancer, startInstance, instances } = await startThree(test)
      const browsers = await logIn(balancer.origin, 10)
      const load = startLoad(test, browsers)
      for (const instance of instances) {
        await startInstance()
        assert.equal(await instance.end('SIGTERM'), 0)
      }
      const { answers, writes } = await load.stop()
      assert.deepEqual(
        answers.filter((answer) => !answer.startsWith('200 ')),
        [],
      )
      assert.ok(answers.length > 100, `${answers.length} requests`)
      const kept = await Promise.all(browsers.map((browser) => browser.me()))
      assert.deepEqual(
        kept.map(({ user, visits }) => ({ user, visits })),
        writes.map((visits) => ({ user: 'alice', visits })),
      )
      test.diagnostic(
        `${answers.length} requests, ${writes.reduce((a, b) => a + b)} of them writes`,
      )
    })

    it('are all left at once by a logout at one of them', async (test) => {
      if (suite().lacks(test, 'sharing')) return
      const { balancer, instances } = await startThree(test)
      const browsers = await logIn(balancer.origin, instances.length)
      for (const [index, browser] of browsers.entries()) {
        const everywhere = instances.map(({ origin }) => browser.copy(origin))
        const askAll = () => Promise.all(everywhere.map((each) => each.me()))
        assert.deepEqual(
          (await askAll()).map(({ user }) => user),
          ['alice', 'alice', 'alice'],
        )
        const logout = await everywhere[index]?.copy().post('/logout')
        assert.equal(logout?.status, 303)
        assert.deepEqual(await askAll(), [401, 401, 401])
      }
    })

    it('count the failed logins of an account together', async (test) => {
      if (suite().lacks(test, 'sharing')) return
      const { instances } = await startThree(test)
      const form = { ...alice, username: `guessed-${randomBytes(4).toString('hex')}` }
      const statuses: number[][] = []
      for (let round = 0; round < 5; round++) {
        const tries = []
        for (const { origin } of instances)
          tries.push((await openBrowser(origin).login(form)).status)
        statuses.push(tries)
      }
      // Five are free, and each further one comes a second after the last at the earliest, twice as long each time. Each instance for itself would let all of these fifteen through.
      const looked = statuses.flat().filter((status) => status === 401).length
      assert.ok(looked >= 5 && looked < 10, JSON.stringify(statuses))
      for (const [index] of instances.entries())
        assert.ok(statuses.map((tries) => tries[index]).includes(429), JSON.stringify(statuses))
    })
  })
}
