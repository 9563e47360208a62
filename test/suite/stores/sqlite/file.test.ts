import assert from 'node:assert/strict'
import { renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, it } from 'node:test'
import { openBrowser } from '../conformance/browser.ts'
import { eventually } from '../conformance/clock.ts'
import { makeFolder } from '../conformance/folder.ts'
import { startServer } from '../conformance/server.ts'
import { openSite } from '../conformance/site.ts'
import { type Suite, startSuite } from '../conformance/suite.ts'

// Far below the seconds for which SQLite would wait, and far above what an answer takes.
const blockedMs = 1000

describe('the file of SQLite', () => {
  const folder = makeFolder()
  let suite: Suite
  before(async () => {
    suite = await startSuite({ own: true })
  })
  after(() => suite?.stop())

  it('that another process has locked when the app starts keeps nothing waiting but sessions', async (test) => {
    const file = join(folder, 'locked.sqlite')
    const other = new DatabaseSync(file)
    test.after(() => other.close())
    other.exec('CREATE TABLE other (text); BEGIN EXCLUSIVE')
    const { origin } = await startServer(test, suite, {
      SESSION_STORE_URL: `sqlite:${file}`,
      SESSION_STORE_TIMEOUT_MS: '500',
    })
    const browser = openBrowser(origin)
    const entering = browser.login()
    for (const path of ['/livez', '/', '/login', '/livez']) {
      const began = performance.now()
      assert.equal((await fetch(origin + path)).status, 200)
      const took = performance.now() - began
      assert.ok(took < blockedMs, `${path} took ${took} ms`)
    }
    assert.equal((await entering).status, 503)
    assert.equal((await browser.get('/readyz')).status, 503)
    other.exec('ROLLBACK')
    await eventually(async () => (await browser.login()).status === 303, 'one can log in')
  })

  it('that is deleted is made again, for its owner alone', async (test) => {
    const file = join(folder, 'deleted.sqlite')
    const env = { SESSION_STORE_URL: `sqlite:${file}` }
    const backend = await suite.open(test, env)
    const site = await openSite(test, suite, { env, wrap: () => backend })
    const old = site.open()
    await old.login()
    rmSync(file)
    assert.equal(await old.me(), 401)
    assert.equal((await old.get('/readyz')).status, 200)
    const anew = site.open()
    assert.equal((await anew.login()).status, 303)
    assert.equal(statSync(file).mode & 0o777, 0o600)
    const peer = await suite.open(test, env)
    assert.equal((await peer.owned('alice')).length, 1, 'it is in the file that is there')
  })

  it('whose folder is moved away is an outage, and no logout', async (test) => {
    const file = join(folder, 'moved', 'sessions.sqlite')
    const env = { SESSION_STORE_URL: `sqlite:${file}` }
    const backend = await suite.open(test, env)
    const site = await openSite(test, suite, { env, wrap: () => backend })
    const browser = site.open()
    await browser.login()
    const [from, to] = [join(folder, 'moved'), join(folder, 'elsewhere')]
    renameSync(from, to)
    assert.equal(await browser.me(), 503)
    assert.equal((await site.open().login()).status, 503)
    assert.equal((await browser.get('/readyz')).status, 503)
    renameSync(to, from)
    await eventually(async () => (await browser.me()).user === 'alice', 'it is served again')
  })
})
