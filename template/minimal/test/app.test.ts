import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { createApp } from '../src/app.ts'
import { type Config, readConfig } from '../src/config.ts'
import { withCircuitBreaker } from '../src/session/index.ts'
import { environment, listen, openFaultyBackend, openVisitor } from './site.ts'

/** The app on a port until the test ends, and a browser that posts its forms. */
async function openSite(test: TestContext, change: (config: Config) => void = () => {}) {
  const config = readConfig(environment)
  change(config)
  const faulty = await openFaultyBackend()
  const backend = withCircuitBreaker(faulty.backend, config.session.storeTimeoutMs)
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const origin = await listen(test, createApp({ config, backend, log }))
  const visitor = openVisitor(origin)
  const post = (path: string, fields = {}, from = origin) => visitor.submit(path, fields, from)
  return { ...faulty, visitor, post }
}

const locationOf = (answer: Response) => [answer.status, answer.headers.get('Location')]

describe('the pages', () => {
  it('greet who is logged in, and nobody after the logout', async (test) => {
    const { visitor, post } = await openSite(test)
    assert.deepEqual(locationOf(await post('/login', { username: 'alice' })), [303, '/'])
    assert.match(await (await visitor.page('/')).text(), /Hello, alice/)
    assert.deepEqual(locationOf(await visitor.page('/login')), [303, '/'])
    assert.deepEqual(locationOf(await post('/logout')), [303, '/'])
    assert.doesNotMatch(await (await visitor.page('/')).text(), /alice/)
  })

  it('change nothing for another site', async (test) => {
    const { visitor, post } = await openSite(test)
    const answer = await post('/login', { username: 'mallory' }, 'https://evil.example')
    assert.equal(answer.status, 403)
    assert.equal(visitor.sessionId(), '')
  })

  it('let nobody in without a password in production', async (test) => {
    const { visitor, post } = await openSite(test, (config) => {
      config.production = true
    })
    assert.equal((await post('/login', { username: 'alice' })).status, 501)
    assert.equal(visitor.sessionId(), '')
  })

  it('are a 503 while the store is away, but for the start page', async (test) => {
    const { visitor, post, breakCalls } = await openSite(test)
    await post('/login', { username: 'alice' })
    breakCalls('read')
    assert.equal((await post('/logout')).status, 503)
    assert.equal((await visitor.page('/')).status, 200)
  })
})
