import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it, type TestContext } from 'node:test'
import { eventually } from '../conformance/clock.ts'
import { openSite } from '../conformance/site.ts'
import { type Suite, startSuite } from '../conformance/suite.ts'

/** A way to DynamoDB on which a test can have it refuse requests, by an error as the API names it. */
async function openThrottle(test: TestContext, url: string) {
  const [, host = '', port = ''] = /\/\/([^:/]+):(\d+)/.exec(url) ?? []
  let asked = 0
  let refuses = (_count: number) => false
  let failure = { status: 400, name: '' }
  const server = createServer((req, res) => {
    asked++
    if (refuses(asked)) {
      const type = `com.amazonaws.dynamodb.v20120810#${failure.name}`
      req.resume().on('end', () => {
        res.writeHead(failure.status, { 'Content-Type': 'application/x-amz-json-1.0' })
        res.end(JSON.stringify({ __type: type, message: 'Too much is asked of this table' }))
      })
      return
    }
    const { method, headers, url: path } = req
    const onward = request({ host, port, method, headers, path }, (answer) => {
      res.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(res)
    })
    req.pipe(onward)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  test.after(() => server.close().closeAllConnections())
  const own = (server.address() as AddressInfo).port
  return {
    url: url.replace(`${host}:${port}`, `127.0.0.1:${own}`),
    asked: () => asked,
    /** Refuses from now on what `which` is true for, by how many requests there were. */
    refuse(which: (count: number) => boolean, status: number, name: string) {
      refuses = which
      failure = { status, name }
    },
  }
}

describe('DynamoDB', () => {
  let suite: Suite
  before(async () => {
    suite = await startSuite()
  })
  after(() => suite?.stop())

  for (const [status, name] of [
    [400, 'ThrottlingException'],
    [400, 'ProvisionedThroughputExceededException'],
    [500, 'InternalServerError'],
  ] as const) {
    it(`that answers ${name} now and then is asked twice, and is a 503 when it goes on`, async (test) => {
      const throttle = await openThrottle(test, String(suite.env.SESSION_STORE_URL))
      const env = { SESSION_STORE_URL: throttle.url }
      const backend = await suite.open(test, env)
      const site = await openSite(test, suite, { env, wrap: () => backend })
      const browser = site.open()
      await browser.login()

      throttle.refuse((count) => count % 2 === 1, status, name)
      const before = throttle.asked()
      if (before % 2 === 1) await fetch(throttle.url.replace(/^.*?\/\//, 'http://'))
      for (const note of ['one', 'two']) {
        assert.equal((await browser.post('/api/note', { note })).status, 200)
        assert.equal((await browser.me()).note, note)
      }

      throttle.refuse(() => true, status, name)
      const started = throttle.asked()
      const refused = await browser.get('/api/me')
      assert.deepEqual([refused.status, refused.headers.get('Retry-After')], [503, '1'])
      assert.equal(throttle.asked() - started, 2, 'it is asked once more, and no further time')
      const entered = await site.open().login()
      assert.equal(entered.status, 503)
      assert.ok(!entered.headers.getSetCookie().some((line) => line.startsWith('id=')))

      throttle.refuse(() => false, status, name)
      await eventually(async () => (await browser.me()).note === 'two', 'it is served again')
    })
  }
})
