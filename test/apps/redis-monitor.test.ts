import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { cannotRun, emitRedisApp } from './redis-app.ts'
import { openMonitor } from './redis-monitor.ts'

describe('what Redis is asked, as MONITOR tells it', { skip: cannotRun }, () => {
  const { tools } = emitRedisApp('redis-monitor')

  /** The app with a user who is logged in, and the monitor of its Redis. */
  async function openAll(test: TestContext) {
    const { startSuite, openSite, openClock } = await tools()
    const suite = await startSuite()
    const monitor = await openMonitor(suite.env.SESSION_STORE_URL ?? '')
    const pass = openClock(test)
    const site = await openSite(test, suite, { env: { SESSION_IDLE_SECONDS: '10000' } })
    const browser = site.open()
    test.after(async () => {
      monitor.close()
      await suite.stop()
    })
    return { ...monitor, site, browser, pass }
  }

  it('is nothing without a cookie, one command for a session, one more for a change', async (test) => {
    const { commands, site, browser } = await openAll(test)
    const visitor = site.open()
    const free = () => Promise.all(['/', '/login', '/account', '/api/me'].map(visitor.get))
    assert.deepEqual(await commands(free), [])
    await browser.login()

    const read = () => browser.get('/account')
    assert.deepEqual(await commands(read), ['GET'])
    let round = 0
    const change = () => browser.post('/api/note', { note: `round ${round++}` })
    // Whoever changes something first makes Redis learn the script.
    await change()
    assert.deepEqual(await commands(change), ['GET', 'EVALSHA'])
    assert.deepEqual(await commands(() => browser.post('/logout')), ['GET', 'DEL'])
  })

  it('is one more for a touch, once in a tenth of the idle time', async (test) => {
    const { commands, browser, pass } = await openAll(test)
    await browser.login()
    const read = () => browser.get('/api/me')
    assert.deepEqual(await commands(read), ['GET'], 'the session is fresh')
    pass(1_001_000)
    // Whoever touches first makes Redis learn the script.
    await read()
    pass(900_000)
    for (let tenth = 0; tenth < 3; tenth++) {
      pass(200_000)
      assert.deepEqual(await commands(read), ['GET', 'EVALSHA'])
      pass(900_000)
      assert.deepEqual(await commands(read), ['GET'], 'the touch was less than a tenth ago')
    }
  })

  it('is answered by an empty Redis that was restarted as by one that has no such session', async (test) => {
    const { send, commands, browser } = await openAll(test)
    await browser.login()
    await browser.post('/api/note', { note: 'before' })
    await commands(async () => {
      send('FLUSHALL')
      send('SCRIPT FLUSH')
    })
    assert.equal(await browser.me(), 401)
    assert.equal((await browser.login()).status, 303)
    assert.equal((await browser.post('/api/note', { note: 'after' })).status, 200)
    assert.equal((await browser.me()).note, 'after')
  })
})
