import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { openUserTable } from '../../../src/session/backend/user-table.ts'
import * as testBackend from '../../backend.ts'
import { openBehindProxy } from '../conformance/behind-proxy.ts'
import type { Browser } from '../conformance/browser.ts'
import { eventually } from '../conformance/clock.ts'
import { openProxy } from '../conformance/proxy.ts'
import { openSite } from '../conformance/site.ts'
import { lacks, type Suite, startSuite } from '../conformance/suite.ts'
import { refuseWrites, takeAway } from '../store/harm.ts'

const timeoutMs = 1000

const declared = (harm: unknown) => typeof harm === 'string' && `declared: ${harm}`

describe('a server that takes no writes any more', { skip: declared(refuseWrites) }, () => {
  let suite: Suite
  before(async () => {
    suite = await startSuite({ own: true })
  })
  after(() => suite?.stop())

  it('is read from and not ready, and left for the one that is in its place', async (test) => {
    const { proxy, site, browser } = await openBehindProxy(test, suite, timeoutMs)
    const successor = await testBackend.startBackend()
    test.after(successor.stop)
    if (lacks.creation) {
      const setup = await suite.openAt(successor.url)
      await setup.prepare()
      await setup.close()
    }
    assert.ok(typeof refuseWrites === 'function')
    const url = String(suite.env.SESSION_STORE_URL)
    const refusing = await refuseWrites(url, test)
    if (refusing !== url) {
      await proxy.switchTo(refusing)
      await proxy.reset()
    }

    const stranger = () => site.open().login()
    const note = (text: string) => browser.copy().post('/api/note', { note: text })
    for (let round = 0; round < 15; round++) {
      const [written, entered] = await Promise.all([note('refused'), stranger()])
      assert.deepEqual([written.status, entered.status], [503, 503])
      assert.deepEqual(
        entered.headers.getSetCookie().filter((line) => /^id=./.test(line)),
        [],
      )
    }
    await eventually(async () => (await browser.me()).note === 'from before', 'it is read')
    assert.equal((await browser.get('/readyz')).status, 503)
    const { ping, isRefusal } = await suite.open(test, { SESSION_STORE_URL: refusing })
    const isRefused = () => ping().then(() => false, isRefusal)
    await eventually(async () => (await isRefused()) === true, 'it is no sign that it is away')

    await proxy.switchTo(successor.url)
    const began = performance.now()
    await eventually(async () => (await stranger()).status === 303, 'one can log in')
    await eventually(async () => (await browser.get('/readyz')).status === 200, 'it is ready')
    test.diagnostic(`served again after ${Math.round(performance.now() - began)} ms`)
    test.diagnostic(`slowest answer ${Math.round(browser.answers.slowestMs)} ms`)
  })
})

describe('users in a server that takes no writes any more', {
  skip: declared(refuseWrites) || (!openUserTable && 'declared: this store keeps users in a file'),
}, () => {
  it('are read from the one that is in its place, though nobody writes', async (test) => {
    assert.ok(typeof refuseWrites === 'function')
    const [server, successor] = [await testBackend.startBackend(), await testBackend.startBackend()]
    const proxy = await openProxy(server.url)
    for (const end of [proxy.close, server.stop, successor.stop]) test.after(end)
    function open(url: string) {
      const table = openUserTable?.(url, { prefix: 'test:', timeoutMs: 5000 })
      assert.ok(table)
      test.after(table.close)
      return table
    }
    const [former, current, app] = [open(server.url), open(successor.url), open(proxy.url)]
    const alice = { id: 'alice', name: 'alice', rev: 1, data: 'of the former server' }
    for (const table of [former, current]) await table.prepare()
    await former.insert([alice])
    await current.insert([
      { ...alice, data: 'disabled' },
      { ...alice, id: 'bob', name: 'bob' },
    ])
    assert.deepEqual(await app.find('alice'), alice)
    assert.equal(await app.find('bob'), null)
    await proxy.switchTo(await refuseWrites(server.url, test))
    assert.deepEqual(await app.find('alice'), alice)

    await proxy.switchTo(successor.url)
    await eventually(async () => (await app.find('bob')) !== null, 'who is new is found')
    assert.equal((await app.find('alice'))?.data, 'disabled')
  })
})

describe('what a backend made for its sessions', { skip: declared(takeAway) }, () => {
  let suite: Suite
  before(async () => {
    suite = await startSuite({ own: true })
  })
  after(() => suite?.stop())

  it('is made again when it is gone: old cookies are of strangers, and all can log in', async (test) => {
    const site = await openSite(test, suite)
    const login = () => site.open().login()
    for (const act of [(old: Browser) => old.me(), (old: Browser) => old.get('/readyz'), login]) {
      const old = site.open()
      await old.login()
      assert.ok(typeof takeAway === 'function')
      await takeAway(String(suite.env.SESSION_STORE_URL), String(suite.env.SESSION_KEY_PREFIX))
      await act(old)
      assert.equal(await old.me(), 401)
      assert.equal((await login()).status, 303)
      assert.equal((await old.get('/readyz')).status, 200)
    }
  })
})
