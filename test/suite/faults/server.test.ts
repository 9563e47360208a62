import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, describe, it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import * as testBackend from '../../backend.ts'
import { openBrowser, signCookie } from '../conformance/browser.ts'
import { eventually } from '../conformance/clock.ts'
import { startServer } from '../conformance/server.ts'
import { lacks } from '../conformance/suite.ts'
import { startDurable, startVolatile } from '../store/durability.ts'
import { endConnections } from '../store/harm.ts'
import { openServerProcess, type ServerProcess, type StartServer } from './server-process.ts'
import { makeUsers, startWorkload } from './workload.ts'

// The default, for what an app does without its server is judged by it.
const limits = { SESSION_STORE_TIMEOUT_MS: '1000' }
const users = 10
const awayMs = 2000

const declared = (what: unknown) => typeof what === 'string' && `declared: ${what}`

describe('a server', { skip: declared(lacks.server) }, () => {
  const opened = new Map<StartServer, Promise<ServerProcess>>()
  /** The server that is started so, which the tests share. */
  function serverOf(start: StartServer | string): Promise<ServerProcess> {
    assert.ok(typeof start === 'function')
    const server = opened.get(start) ?? openServerProcess(start)
    opened.set(start, server)
    return server
  }
  after(async () => {
    for (const server of opened.values()) await (await server).end()
  })

  const startApp = (test: TestContext, { suite }: ServerProcess) => startServer(test, suite, limits)

  /** What must be true of an app after a fault: it is the process that it was, and has told nobody a secret. */
  async function outlived(app: Awaited<ReturnType<typeof startServer>>, { url }: ServerProcess) {
    assert.equal(await app.end('SIGTERM'), 0)
    const log = app.lines.join('\n')
    assert.equal(log.match(/"listening"/g)?.length, 1)
    assert.doesNotMatch(log, /unhandled|uncaught/i)
    const { password } = new URL(url())
    if (password) assert.ok(!log.includes(password), 'no password is in the log')
  }

  /** Does something to a server while an app is used, and says how soon all is well again, and how slow it was. */
  async function outlive(
    test: TestContext,
    server: ServerProcess,
    fault: () => Promise<unknown>,
    { forgets = false } = {},
  ) {
    const app = await startApp(test, server)
    const names = await makeUsers(server.suite, users)
    const workload = await startWorkload(app.origin, names, { forgets })
    await workload.isServed()
    workload.timeAnswers()
    await fault()
    test.diagnostic(`served again after ${await workload.isServed()} ms`)
    assert.equal((await openBrowser(app.origin).get('/readyz')).status, 200)
    // What comes late would be seen now.
    await pause(500)
    test.diagnostic(`slowest answer ${await workload.end()} ms`)
    await outlived(app, server)
  }

  it('that is away when the app starts is waited for, and the app serves what it can', async (test) => {
    const server = await serverOf(testBackend.startBackend)
    await server.kill()
    const app = await startApp(test, server)
    const browser = openBrowser(app.origin)
    const id = randomBytes(24).toString('base64url')
    const stranger = browser.copy()
    stranger.jar.set('id', signCookie(id, String(server.suite.env.SESSION_SECRETS)))
    for (const path of ['/livez', '/', '/login']) {
      assert.equal((await stranger.get(path)).status, 200, path)
    }
    assert.equal((await browser.get('/readyz')).status, 503)
    assert.equal(await browser.me(), 401)
    assert.equal(await stranger.me(), 503)
    assert.equal((await browser.login()).status, 503)
    assert.equal(browser.jar.get('id'), undefined)

    await server.start()
    const began = performance.now()
    await eventually(async () => (await browser.login()).status === 303, 'one can log in')
    await eventually(async () => (await browser.me()).user === 'alice', 'one is logged in')
    await eventually(async () => (await browser.get('/readyz')).status === 200, 'it is ready')
    assert.equal(await stranger.me(), 401)
    test.diagnostic(`served again after ${Math.round(performance.now() - began)} ms`)
    test.diagnostic(`slowest answer ${Math.round(browser.answers.slowestMs)} ms`)
    await outlived(app, server)
  })

  it('that is paused is waited for, and what it answers late reaches nobody else', async (test) => {
    const server = await serverOf(testBackend.startBackend)
    await outlive(test, server, async () => {
      await server.pause()
      await pause(2 * awayMs)
      await server.resume()
    })
  })

  it('that ends all connections loses nothing', {
    skip: declared(endConnections),
  }, async (test) => {
    const server = await serverOf(testBackend.startBackend)
    await outlive(test, server, async () => {
      assert.ok(typeof endConnections === 'function')
      for (let round = 0; round < 3; round++) {
        await endConnections(server.url())
        await pause(300)
      }
    })
  })

  it('that is killed, and then at another address, has all that was acknowledged', {
    skip: declared(startDurable),
  }, async (test) => {
    const server = await serverOf(startDurable)
    await outlive(test, server, async () => {
      await server.kill()
      await pause(awayMs)
      await server.start()
    })
  })

  it('that has lost everything makes all users strangers, who can log in', {
    skip: declared(startVolatile),
  }, async (test) => {
    const server = await serverOf(startVolatile)
    const lose = async () => {
      await server.kill()
      await pause(awayMs)
      await server.start()
    }
    await outlive(test, server, lose, { forgets: true })
  })
})
