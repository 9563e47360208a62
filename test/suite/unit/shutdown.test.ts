import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, describe, it, type TestContext } from 'node:test'
import { openBrowser } from '../conformance/browser.ts'
import { eventually } from '../conformance/clock.ts'
import { startServer } from '../conformance/server.ts'
import { type Suite, startSuite } from '../conformance/suite.ts'

// What an app with WebSockets has: somebody who takes over the connection.
const upgrading = `import http from 'node:http'
import { syncBuiltinESMExports } from 'node:module'
const { createServer } = http
http.createServer = (...given) => createServer(...given).on('upgrade', (_req, socket) => {
  socket.write('HTTP/1.1 101 Switching Protocols\\r\\nConnection: Upgrade\\r\\nUpgrade: echo\\r\\n\\r\\n')
  socket.on('data', (data) => socket.write(data)).on('error', () => {})
})
syncBuiltinESMExports()`
const withUpgrades = {
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(upgrading)}`,
}

/** A connection that was upgraded, until the test ends. */
async function openUpgraded(test: TestContext, origin: string) {
  const { hostname, port } = new URL(origin)
  const socket = connect(Number(port), hostname)
  test.after(() => socket.destroy())
  socket.write('GET / HTTP/1.1\r\nHost: app\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n')
  const [head] = await once(socket, 'data')
  assert.match(String(head), /^HTTP\/1\.1 101 /)
  return socket
}

describe('a process that is told to end', () => {
  let suite: Suite
  before(async () => {
    suite = await startSuite()
  })
  after(() => suite?.stop())

  const isReady = async (origin: string) => (await fetch(`${origin}/readyz`)).ok

  it('is no longer ready at once, serves on for a while, and then ends with 0', async (test) => {
    const env = { SHUTDOWN_DELAY_SECONDS: '3' }
    const { origin, lines, end } = await startServer(test, suite, env)
    const browser = openBrowser(origin)
    await browser.login()
    const began = Date.now()
    const ended = end('SIGTERM')
    await eventually(async () => !(await isReady(origin)), 'it is not ready')
    const answer = await browser.post('/api/note', { note: 'served to the end' })
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('Connection'), 'close')
    assert.equal((await fetch(origin)).status, 200)
    assert.equal(await ended, 0)
    assert.ok(Date.now() - began >= 3000, 'not before')
    await assert.rejects(fetch(origin))
    assert.match(lines.at(-1) ?? '', /shutdown_done/)
  })

  it('ends although a connection was upgraded, as those of WebSockets are, and ends that one last', async (test) => {
    const { origin, end } = await startServer(test, suite, withUpgrades)
    const socket = await openUpgraded(test, origin)
    const closed = once(socket, 'close')
    const began = Date.now()
    assert.equal(await end('SIGTERM'), 0)
    await closed
    assert.ok(Date.now() - began < 10_000, `${Date.now() - began} ms`)
  })

  it('serves upgraded connections, too, for the time before', async (test) => {
    const env = { ...withUpgrades, SHUTDOWN_DELAY_SECONDS: '3' }
    const { origin, end } = await startServer(test, suite, env)
    const socket = await openUpgraded(test, origin)
    const ended = end('SIGTERM')
    await eventually(async () => !(await isReady(origin)), 'it is not ready')
    socket.write('still here')
    assert.equal(String((await once(socket, 'data'))[0]), 'still here')
    assert.equal(await ended, 0)
  })

  it('ends at once when it is told a second time', async (test) => {
    const env = { SHUTDOWN_DELAY_SECONDS: '60' }
    const { origin, lines, end } = await startServer(test, suite, env)
    void end('SIGTERM')
    await eventually(async () => !(await isReady(origin)), 'it is not ready')
    assert.equal(await end('SIGINT'), 1)
    assert.match(lines.at(-1) ?? '', /shutdown_forced/)
  })
})
