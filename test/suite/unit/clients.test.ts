import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, describe, it, type TestContext } from 'node:test'
import { openBrowser } from '../conformance/browser.ts'
import { eventually } from '../conformance/clock.ts'
import { startServer } from '../conformance/server.ts'
import { type Suite, startSuite } from '../conformance/suite.ts'
import { startPoor, useUpHandles } from './few-handles.ts'

// The limits of the app in a tenth of the time; Node's own are not among them.
const inATenth = `import http from 'node:http'
import { syncBuiltinESMExports } from 'node:module'
const { createServer } = http
http.createServer = (limits, ...rest) =>
  createServer(Object.fromEntries(Object.entries(limits).map(([name, ms]) => [name, ms / 10])), ...rest)
syncBuiltinESMExports()`
const hurried = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(inATenth)}` }

const slow = 200

/** Clients that send the start of a request, and then a byte now and then; resolves with what each was answered, once it is closed. */
function sendSlowly(test: TestContext, origin: string, start: string): Promise<string>[] {
  const { hostname, port } = new URL(origin)
  return Array.from({ length: slow }, async () => {
    const socket = connect(Number(port), hostname).on('error', () => {})
    test.after(() => socket.destroy())
    let answer = ''
    socket.on('data', (data) => {
      answer += data
    })
    socket.write(start)
    const sending = setInterval(() => socket.write('x'), 100)
    await new Promise((resolve) => socket.once('close', resolve))
    clearInterval(sending)
    return answer
  })
}

describe('clients that', () => {
  let suite: Suite
  before(async () => {
    suite = await startSuite()
  })
  after(() => suite?.stop())

  for (const [what, start] of Object.entries({
    'send the head of a request byte by byte': 'GET / HTTP/1.1\r\nHost: app\r\nX-Slow: ',
    'send the body of a request byte by byte':
      'POST /login HTTP/1.1\r\nHost: app\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n',
  })) {
    it(`${what} are ended, and hold up nobody`, async (test) => {
      const { origin, end } = await startServer(test, suite, hurried)
      const browser = openBrowser(origin)
      await browser.login()
      const answers = Promise.all(sendSlowly(test, origin, start))
      const closed = answers.then(() => true)
      const isClosed = () => Promise.race([closed, false])
      // Without a limit of ours it would be the one or five minutes of Node.
      await eventually(
        async () => {
          assert.equal((await browser.me()).user, 'alice')
          return isClosed()
        },
        'they are ended',
        30,
      )
      assert.ok(browser.answers.slowestMs < 5000, `${browser.answers.slowestMs} ms`)
      for (const answer of await answers) assert.match(answer, /^(HTTP\/1\.1 408 |$)/)
      assert.equal(await end('SIGTERM'), 0)
    })
  }

  it('leave before their answer cause no error, and hold nothing up', async (test) => {
    const { origin, lines, end } = await startServer(test, suite)
    const browser = openBrowser(origin)
    await browser.login()
    const token = (await browser.get('/api/me')).headers.get('X-CSRF-Token') ?? ''
    const headers = {
      Cookie: [...browser.jar].map((pair) => pair.join('=')).join('; '),
      Origin: origin,
      'X-CSRF-Token': token,
      'Content-Type': 'application/json',
    }
    const notes = Array.from({ length: 200 }, (_, index) => `note ${index}`)
    const leaving = notes.map(async (note, index) => {
      const body = JSON.stringify({ note })
      const length = { 'Content-Length': Buffer.byteLength(body) }
      const options = { method: 'POST', headers: { ...headers, ...length }, agent: false }
      const post = request(`${origin}/api/note`, options).on('error', () => {})
      // Every other one with half of what it has to send.
      const closed = new Promise((resolve) => post.on('close', resolve))
      post.write(index % 2 === 0 ? body : body.slice(0, 5), () => post.destroy())
      await closed
    })
    await Promise.all(leaving)
    assert.equal((await browser.post('/api/visits')).status, 200)
    const { user, note, visits } = await browser.me()
    assert.deepEqual([user, visits], ['alice', 1])
    assert.ok(note === undefined || notes.includes(note), String(note))
    const troubles = lines.filter((line) => /"level":"(warn|error|fatal)"|uncaught/.test(line))
    assert.deepEqual(troubles, [])
    const began = performance.now()
    assert.equal(await end('SIGTERM'), 0)
    assert.ok(performance.now() < began + 5000, 'nothing is left of them')
  })

  it('say that they send no more get their answer', async (test) => {
    const { origin } = await startServer(test, suite)
    const { hostname, port } = new URL(origin)
    const socket = connect(Number(port), hostname)
    socket.end('GET /livez HTTP/1.1\r\nHost: app\r\n\r\n')
    assert.match(await text(socket), /^HTTP\/1\.1 200 /)
  })

  it('use up all file handles keep new ones out while they stay, and nobody who is there', async (test) => {
    const { child, origin } = await startPoor(test, suite.env)
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    test.after(() => agent.destroy())
    const ask = async (path: string) => {
      const [answer] = await once(request(new URL(path, origin), { agent }).end(), 'response')
      answer.resume()
      await once(answer, 'end')
      return answer.statusCode
    }
    assert.equal(await ask('/readyz'), 200)
    const close = await useUpHandles(test, origin)
    for (let round = 0; round < 20; round++) assert.equal(await ask('/readyz'), 200)
    const comeNew = () => fetch(`${origin}/livez`).then(({ status }) => status)
    await assert.rejects(comeNew())
    close()
    await eventually(async () => (await comeNew().catch(() => 0)) === 200, 'new ones are served')
    assert.equal(child.exitCode, null)
  })
})
