import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, describe, it, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import express from 'express'
import { createErrorHandler } from '../../../src/http/errors.ts'
import { listen } from '../../site.ts'
import { inherited } from '../conformance/server.ts'
import { type Suite, startSuite } from '../conformance/suite.ts'

const handles = 64

/** Starts the app in development with so few file handles; resolves with its origin. */
async function startPoor(test: TestContext, env: NodeJS.ProcessEnv): Promise<string> {
  const server = fileURLToPath(new URL('../../../src/server.ts', import.meta.url))
  const run = `ulimit -n ${handles} && exec "${process.execPath}" "${server}"`
  const child = spawn('sh', ['-c', run], {
    env: { ...inherited, ...env, NODE_ENV: 'development' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  test.after(() => child.kill('SIGKILL'))
  let said = ''
  for await (const data of child.stdout) {
    said += data
    const origin = /http:\/\/localhost:\d+/.exec(said)?.[0]
    if (origin) {
      child.stdout.resume()
      return origin.replace('localhost', '127.0.0.1')
    }
  }
  throw new Error(`The app has ended: ${said}`)
}

/** Opens connections until the app can take no more. */
async function useUpHandles(test: TestContext, origin: string) {
  const { hostname, port } = new URL(origin)
  const sockets: Socket[] = []
  test.after(() => {
    for (const socket of sockets) socket.destroy()
  })
  for (let left = handles; left > 0; left--) {
    const socket = connect(Number(port), hostname).on('error', () => {})
    sockets.push(socket)
    await once(socket, 'connect')
  }
}

describe('a page', () => {
  let suite: Suite
  before(async () => {
    suite = await startSuite()
  })
  after(() => suite?.stop())

  it('needs no file handle, and neither does the page of an error', async (test) => {
    const origin = await startPoor(test, suite.env)
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    test.after(() => agent.destroy())
    const get = async (path: string) => {
      const headers = { Accept: 'text/html' }
      const asked = request(new URL(path, origin), { agent, headers }).end()
      const [answer] = await once(asked, 'response')
      return { status: answer.statusCode, body: await text(answer) }
    }
    assert.equal((await get('/livez')).status, 200)
    await useUpHandles(test, origin)
    for (const [path, status] of Object.entries({ '/': 200, '/login': 200, '/nowhere': 404 })) {
      const page = await get(path)
      assert.equal(page.status, status, path)
      assert.match(page.body, /<link rel="stylesheet"/, path)
      assert.doesNotMatch(page.body, /EMFILE|node_modules|\.ts:/, path)
    }
  })

  it('of an error that cannot be made is replaced by its title, without a stack', async (test) => {
    const logged: unknown[] = []
    const log = {
      info: () => {},
      warn: () => {},
      error: (details: unknown) => logged.push(details),
    }
    const broken = Object.assign(new Error('the template is broken'), { code: 'EMFILE' })
    const render = () => {
      throw broken
    }
    const app = express()
      .use((_req, _res, next) => next(new Error('the first')))
      .use(createErrorHandler(render, log, () => {}))
    const origin = await listen(test, app)
    const answer = await fetch(origin, { headers: { Accept: 'text/html' } })
    assert.equal(answer.status, 500)
    assert.match(answer.headers.get('Content-Type') ?? '', /^text\/plain/)
    assert.equal(await answer.text(), 'That did not work')
    assert.deepEqual(
      logged.map((details) => Object(details).err.message),
      ['the first', 'the template is broken'],
    )
  })
})
