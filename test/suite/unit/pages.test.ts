import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import express from 'express'
import { createErrorHandler } from '../../../src/http/errors.ts'
import { listen } from '../../site.ts'
import { type Suite, startSuite } from '../conformance/suite.ts'
import { startPoor, useUpHandles } from './few-handles.ts'

describe('a page', () => {
  let suite: Suite
  before(async () => {
    suite = await startSuite()
  })
  after(() => suite?.stop())

  it('needs no file handle, and neither does the page of an error', async (test) => {
    const { origin } = await startPoor(test, suite.env)
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
