import assert from 'node:assert/strict'
import { after, before, describe, it, type TestContext } from 'node:test'
import { openBehindProxy } from '../conformance/behind-proxy.ts'
import type { Browser } from '../conformance/browser.ts'
import { eventually } from '../conformance/clock.ts'
import { openProxy } from '../conformance/proxy.ts'
import { openSite } from '../conformance/site.ts'
import { lacks, type Suite, startSuite } from '../conformance/suite.ts'

// The default, for what a network does is judged by it.
const timeoutMs = 1000

const isServed = (browser: Browser) => async () => (await browser.me()).user === 'alice'

/** Resolves once a user is served again, and reports how long that took, and the slowest answer. */
async function recovered(
  test: TestContext,
  browser: Browser,
  seconds?: number,
  isWell = isServed(browser),
) {
  const began = performance.now()
  await eventually(isWell, 'it is served again', seconds)
  const afterMs = Math.round(performance.now() - began)
  test.diagnostic(`served again after ${afterMs} ms`)
  test.diagnostic(`slowest answer ${Math.round(browser.answers.slowestMs)} ms`)
}

/** Writes one note after the other while the network does something, and fails where an answer or the last note is none that may be. */
async function writeMeanwhile(
  test: TestContext,
  browser: Browser,
  fault: (round: number) => Promise<void>,
) {
  let acknowledged = -1
  const rounds = 12
  for (let round = 0; round < rounds; round++) {
    const answer = browser.post('/api/note', { note: String(round) })
    await fault(round)
    const { status } = await answer
    assert.ok([200, 503].includes(status), `${status}`)
    if (status === 200) acknowledged = round
  }
  return async () => {
    await recovered(test, browser)
    const { note } = await browser.me()
    // A write that was answered with 503 may have been done.
    const last = note === 'from before' ? -1 : Number(note)
    assert.ok(last >= acknowledged, `${acknowledged} was acknowledged, and ${note} is there`)
  }
}

describe('a network', { skip: lacks.server && `declared: ${lacks.server}` }, () => {
  let suite: Suite
  before(async () => {
    suite = await startSuite()
  })
  after(() => suite?.stop())

  it('that swallows what is sent while the store connects anew is got over', async (test) => {
    const { proxy, browser } = await openBehindProxy(test, suite, timeoutMs)
    await proxy.swallow()
    const before = proxy.taken()
    await eventually(async () => {
      assert.equal(await browser.me(), 503)
      return proxy.taken() > before
    }, 'it has connected anew')
    await proxy.heal()
    await recovered(test, browser)
    assert.equal((await browser.get('/readyz')).status, 200)
  })

  it('that goes silent in the middle of a handshake is got over', async (test) => {
    const { proxy, browser } = await openBehindProxy(test, suite, timeoutMs)
    for (let answers = 1; answers <= 5; answers++) {
      await proxy.silenceAfter(answers)
      await proxy.reset()
      const before = proxy.taken()
      await eventually(async () => {
        await browser.me()
        return proxy.taken() > before
      }, 'it has connected anew')
      await proxy.heal()
      await recovered(test, browser)
    }
  })

  it('that swallows what is sent when the app starts is got over', async (test) => {
    const proxy = await openProxy(suite.env.SESSION_STORE_URL ?? '')
    test.after(proxy.close)
    await proxy.swallow()
    const env = { SESSION_STORE_URL: proxy.url, SESSION_STORE_TIMEOUT_MS: String(timeoutMs) }
    const backend = await suite.open(test, env)
    const site = await openSite(test, suite, { env, wrap: () => backend })
    const direct = (await openSite(test, suite)).open()
    await direct.login()
    const browser = direct.copy(site.origin)
    assert.equal(await browser.me(), 503)
    assert.ok(proxy.taken() > 0, 'it tries to connect')
    await proxy.heal()
    await recovered(test, browser)
  })

  it('that goes silent under many connections at once is got over as soon as under one', async (test) => {
    const limitMs = 3 * timeoutMs
    test.diagnostic(`a call may take ${limitMs} ms`)
    const { proxy, browser } = await openBehindProxy(test, suite, limitMs)
    await Promise.all(Array.from({ length: 20 }, () => browser.copy().me()))
    await proxy.forget()
    const askAll = Array.from({ length: 20 }, () => browser.copy().me())
    assert.ok((await Promise.all(askAll)).includes(503))
    // Three times the limit is how long they should take, and ten times what they took.
    await recovered(test, browser, (6 * limitMs) / 1000)
    for (let round = 0; round < 20; round++) assert.equal((await browser.me()).user, 'alice')
  })

  it('that is slow is waited for, and is a 503 beyond the limit', async (test) => {
    const { proxy, browser } = await openBehindProxy(test, suite, timeoutMs)
    await proxy.delay(10)
    await eventually(isServed(browser), 'it is waited for')
    await proxy.delay(2 * timeoutMs)
    assert.equal(await browser.me(), 503)
    await proxy.heal()
    await recovered(test, browser)
  })

  it('that loses what is large is read through, and what is written is a 503', async (test) => {
    const { proxy, browser } = await openBehindProxy(test, suite, timeoutMs)
    // More than any read takes, its signature included, and less than a session that is written.
    await proxy.loseLarge(3000)
    const large = 'x'.repeat(6000)
    for (let round = 0; round < 3; round++) {
      const began = performance.now()
      assert.equal((await browser.post('/api/note', { note: large })).status, 503)
      assert.ok(performance.now() - began < 10 * timeoutMs)
      await eventually(async () => (await browser.me()).note === 'from before', 'it is read')
    }
    await proxy.heal()
    const write = async () => (await browser.post('/api/note', { note: large })).status
    await recovered(test, browser, undefined, async () => (await write()) === 200)
    assert.equal((await browser.me()).note, large)
  })

  const faults: Record<string, (proxy: Proxy, round: number) => Promise<void>> = {
    'resets connections': (proxy) => proxy.reset(),
    'cuts off answers': (proxy, round) => proxy.cutAfter(round % 3 === 0 ? 5 * round : 1e6),
    'loses the answers of half of the requests': (proxy, round) =>
      round % 2 === 0 ? proxy.deafen() : proxy.heal(),
  }
  for (const [what, fault] of Object.entries(faults)) {
    it(`that ${what} loses nothing that was acknowledged`, async (test) => {
      const { proxy, browser } = await openBehindProxy(test, suite, timeoutMs)
      const check = await writeMeanwhile(test, browser, (round) => fault(proxy, round))
      await proxy.heal()
      await check()
    })
  }

  it('that loses the answer of a logout makes it a 503, and the next one ends the session', async (test) => {
    const { proxy, browser } = await openBehindProxy(test, suite, timeoutMs)
    const there = browser.copy()
    await proxy.deafen()
    assert.equal((await browser.post('/logout')).status, 503)
    await proxy.heal()
    await eventually(async () => (await there.me()) !== 503, 'it is served again')
    await browser.post('/logout')
    assert.equal(await there.me(), 401)
  })
})

type Proxy = Awaited<ReturnType<typeof openProxy>>
