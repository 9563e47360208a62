import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { isAsked } from '../chosen-stores.ts'
import { countOutcomes, keepCounts } from '../report.ts'
import { type EmittedApp, runTests } from './emitted-app.ts'
import { cannotRun, emitRedisApp } from './redis-app.ts'
import { masters, startCluster, startSentinels, type Topology } from './redis-topology.ts'

type Tools = Awaited<ReturnType<ReturnType<typeof emitRedisApp>['tools']>>

const skip =
  cannotRun ||
  (process.platform !== 'linux' && 'addresses of containers can be reached on Linux only')

/** Cases of the suite that put a proxy before the one server there is, or fill it as a plain app would. */
const ofOneServer = [
  'a server',
  'what a request costs, counted in what is sent to the server',
  'ends as soon on SIGTERM when its server has stopped',
  'finds that a store is away \\((refuse|freeze)\\), by one fault and in time, and looks at all else',
  'npm run sessions -- adopt',
]

async function passSuite(app: EmittedApp, url: string, report: string) {
  const { outcomes, failures } = await runTests(app, {
    files: ['test/*.test.ts', 'test/suite/conformance/*.test.ts', 'test/suite/store/owner.test.ts'],
    url,
    options: ofOneServer.map((each) => `--test-skip-pattern=/^${each}$/`),
  })
  const counts = countOutcomes(outcomes)
  keepCounts(report, counts)
  assert.equal(failures, '')
  assert.ok(counts.passed > 100, `only ${counts.passed} tests ran`)
}

/** Kills a master under load, and shows what the users of two processes see, one of which starts just then. */
async function outliveMaster(test: TestContext, tools: Tools, topology: Topology, ports: number[]) {
  const { startSuite, startServer, openBrowser, eventually, makeUsers, startWorkload } = tools
  const { url, run } = topology
  const suite = await startSuite({ url })
  const server = await startServer(test, suite)
  const browsers = Array.from({ length: 8 }, () => openBrowser(server.origin))
  for (const browser of browsers) {
    assert.equal((await browser.login()).status, 303)
    assert.equal((await browser.post('/api/note', { note: 'replicated' })).status, 200)
  }
  // They write, log in, and log out for good, all the time.
  const workload = await startWorkload(server.origin, await makeUsers(suite, 10))
  await workload.isServed()
  workload.timeAnswers()

  const sizes = await Promise.all(
    ports.map(async (port) => ({ port, size: Number(await run(`redis-cli -p ${port} dbsize`)) })),
  )
  const [victim] = sizes.sort((a, b) => b.size - a.size)
  await run(`kill -9 $(cat ${victim?.port}.pid)`)
  const killedAt = Date.now()
  const served = workload.isServed()
  const late = await startServer(test, suite)

  const seen = new Set<number>()
  for (const { origin } of [server, late]) {
    for (const browser of browsers) {
      const there = browser.copy(origin)
      for (let me = 0; typeof me === 'number'; ) {
        const askedAt = Date.now()
        me = await there.me()
        assert.ok(Date.now() - askedAt < 5000, `an answer took ${Date.now() - askedAt} ms`)
        assert.ok(Date.now() - killedAt < 20_000, `after 20 s: ${me}`)
        seen.add(typeof me === 'number' ? me : 200)
        if (typeof me === 'number') await pause(50)
        else assert.equal((me as { note: string }).note, 'replicated')
      }
    }
  }
  const servedMs = await served
  test.diagnostic(`served again after ${servedMs} ms`)
  // A server is down after 1.5 s, and its place is taken within 5 s; the rest is for a busy machine.
  assert.ok(servedMs < 30_000, `${servedMs} ms`)
  test.diagnostic(`slowest answer ${await workload.end()} ms`)
  // A failover may be over before the first question.
  for (const status of seen) assert.ok(status === 200 || status === 503, `${status}`)
  for (const { origin, end, lines } of [server, late]) {
    for (const browser of browsers) {
      const there = browser.copy(origin)
      assert.equal((await there.post('/api/note', { note: origin })).status, 200)
      assert.equal((await there.me()).note, origin)
    }
    const endedAt = Date.now()
    assert.equal(await end('SIGTERM'), 0)
    assert.ok(Date.now() - endedAt < 5000, `it ended after ${Date.now() - endedAt} ms`)
    assert.doesNotMatch(lines.join('\n'), /unhandled|uncaught/i)
  }
  // This backend was idle meanwhile: its first call to each master finds out whether it is gone.
  const list = async () => {
    for await (const { id } of suite.backend.scan()) assert.ok(id)
    return true
  }
  await eventually(() => list().catch(() => false), 'the sessions are listed')
  await suite.stop()
}

describe('Redis of many servers', { concurrency: true, skip }, () => {
  const { app, tools } = emitRedisApp('redis-topology')

  for (const [kind, start, ports] of [
    ['cluster', startCluster, masters],
    ['sentinel', startSentinels, [7000]],
  ] as const) {
    it(`as a ${kind} ${isAsked ? 'passes the tests of the app, and ' : ''}outlives its master`, async (test) => {
      const topology = await start()
      test.after(topology.stop)
      // It takes minutes, and what it shows is seldom other than with one server.
      if (isAsked) await passSuite(app(), topology.url, `redis+${kind}`)
      await outliveMaster(test, await tools(), topology, [...ports])
    })
  }
})
