import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import * as testBackend from '../../backend.ts'
import { openBrowser, signCookie } from '../conformance/browser.ts'
import { eventually } from '../conformance/clock.ts'
import { lacks } from '../conformance/suite.ts'
import { startDurable, startVolatile } from '../store/durability.ts'
import { assertUnharmed, outlive, startApp } from './outlive.ts'
import { type ServerProcess, shareServers } from './server-process.ts'

const awayMs = 2000

const declared = (what: unknown) => typeof what === 'string' && `declared: ${what}`

async function startAgain(server: ServerProcess) {
  await server.kill()
  await pause(awayMs)
  await server.start()
}

describe('a server that is gone', { skip: declared(lacks.server) }, () => {
  const serverOf = shareServers()

  it('when the app starts is waited for, and the app serves what it can', async (test) => {
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
    await assertUnharmed(app, server)
  })

  it('because it was killed, and then at another address, has all that was acknowledged', {
    skip: declared(startDurable),
  }, async (test) => {
    const server = await serverOf(startDurable)
    await outlive(test, server, () => startAgain(server))
  })

  it('with all that it had makes all users strangers, who can log in', {
    skip: declared(startVolatile),
  }, async (test) => {
    const server = await serverOf(startVolatile)
    await outlive(test, server, () => startAgain(server), { forgets: true })
  })
})
