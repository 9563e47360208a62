import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import express from 'express'
import session, { type Store } from 'express-session'
import * as ofStore from '../store/plain-store.ts'
import { runJson, runSessions } from './command.ts'
import { makeFolder } from './folder.ts'
import { openProxy } from './proxy.ts'
import { openSite } from './site.ts'
import { type Suite, startSuite } from './suite.ts'

/** A store of a published package as its README opens it, on the server at `url`, with a prefix, table or collection of this name; `damage` keeps something under a session id that is no JSON. */
type OpenPlain = (
  url: string,
  name: string,
) => Promise<{ store: Store; damage(id: string): Promise<unknown>; close(): unknown }>

const openPlain = ofStore.openPlain as OpenPlain | string
const count = 1000
const timeoutMs = 1000
// A busy machine takes long to start a process.
const patienceMs = 30_000
const users = Array.from({ length: 10 }, (_, n) => `user${n}`)

/** An app as the README of express-session has it, until the test ends. */
async function openPlainApp(test: TestContext, store: Store): Promise<string> {
  const app = express()
  app.use(session({ store, secret: 'keyboard cat', resave: false, saveUninitialized: true }))
  app.get('/enter/:user', (req, res) => {
    if (req.params.user !== 'nobody') req.session.user = req.params.user
    req.session.note = `of ${req.params.user}`
    res.end()
  })
  app.get('/who', (req, res) => void res.end(req.session.user))
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  test.after(() => server.close().closeAllConnections())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** The cookie that a browser gets of the plain app. */
async function enter(origin: string, user: string): Promise<string> {
  const answer = await fetch(`${origin}/enter/${user}`)
  assert.equal(answer.status, 200)
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
}

async function inTurns<Item, Result>(items: Item[], work: (item: Item) => Promise<Result>) {
  const results: Result[] = []
  for (let at = 0; at < items.length; at += 25) {
    results.push(...(await Promise.all(items.slice(at, at + 25).map(work))))
  }
  return results
}

describe('npm run sessions -- adopt', () => {
  const folder = makeFolder()
  let suite: Suite
  before(async () => {
    suite = await startSuite()
  })
  after(() => suite.stop())

  it(`takes over ${count} sessions of a plain app, whose users stay logged in, and leaves what it cannot take`, async (test) => {
    if (typeof openPlain === 'string') return test.skip(`declared: ${openPlain}`)
    const url = String(suite.env.SESSION_STORE_URL)
    const name = `plain${randomBytes(4).toString('hex')}`
    const plain = await openPlain(url, name)
    test.after(plain.close)
    const origin = await openPlainApp(test, plain.store)
    const names = Array.from({ length: count }, (_, n) => users[n % users.length] ?? '')
    const cookies = await inTurns(names, (user) => enter(origin, user))
    await enter(origin, 'nobody')
    await enter(origin, 'stranger')
    await plain.damage('of-no-json-at-all')

    const USERS_FILE = join(folder, 'users.json')
    const of = (user: string) => [user, { hash: '', created: 7, sessionVersion: 7 }]
    await writeFile(USERS_FILE, JSON.stringify(Object.fromEntries(users.map(of))))
    const env = {
      ...suite.env,
      USERS_FILE,
      SESSION_COOKIE_NAME: 'connect.sid',
      SESSION_SECRETS: `${suite.env.SESSION_SECRETS},keyboard cat`,
    }
    const adopt = (...more: string[]) =>
      runJson(env, ['adopt', '--from', url, '--name', name, ...more])
    const all = { taken: count + 1, loggedIn: count, present: 0, ended: 0, nobody: 1 }
    const first = { ...all, tooLarge: 0, unreadable: 1 }
    assert.deepEqual(await adopt('--dry-run'), first)
    assert.deepEqual(await adopt(), first)

    const site = await openSite(test, suite, { env })
    const answers = await inTurns(cookies, async (cookie) => {
      const answer = await fetch(`${site.origin}/api/me`, { headers: { cookie } })
      return answer.status === 200 ? await answer.json() : answer.status
    })
    for (const [index, { user, note }] of answers.entries()) {
      assert.deepEqual([user, note], [names[index], `of ${names[index]}`])
    }
    const there = await fetch(`${origin}/who`, { headers: { cookie: cookies[0] ?? '' } })
    assert.equal(await there.text(), names[0], 'nothing was taken away from the old app')

    const again = { ...first, taken: 0, loggedIn: 0, present: count + 1 }
    assert.deepEqual(await adopt(), again)
    const own = count / users.length
    assert.deepEqual(await runJson(env, ['revoke', '--user', 'user0']), { ended: own })
    const revoked = { ...again, present: count + 1 - own, nobody: 1 + own }
    assert.deepEqual(await adopt(), revoked, 'who was revoked here is not brought back')
  })

  it('gives up in time on a server that does not answer', async (test) => {
    if (typeof openPlain === 'string') return test.skip(`declared: ${openPlain}`)
    if (suite.lacks(test, 'server')) return
    const proxy = await openProxy(String(suite.env.SESSION_STORE_URL))
    test.after(proxy.close)
    await proxy.freeze()
    const env = { ...suite.env, SESSION_STORE_TIMEOUT_MS: String(timeoutMs) }
    let isLate = false
    const patience = setTimeout(() => {
      isLate = true
      void proxy.close()
    }, patienceMs)
    const { code, err } = await runSessions(env, ['adopt', '--from', proxy.url])
    clearTimeout(patience)
    assert.deepEqual([code, isLate], [1, false], err)
    assert.match(err, /^Stopped with 0 taken.* a second adopt brings back who has logged out/)
    const { password } = new URL(proxy.url)
    assert.ok(password === '' || !err.includes(password))
  })

  it('says that it is --from which cannot be read, without a password in it', async (test) => {
    if (typeof openPlain === 'string') return test.skip(`declared: ${openPlain}`)
    if (suite.lacks(test, 'server')) return
    const [protocol] = String(suite.env.SESSION_STORE_URL).split('//')
    const from = `${protocol}//app:hunter2hunter2`
    const { code, err } = await runSessions(suite.env, ['adopt', '--from', from])
    assert.equal(code, 1)
    assert.match(err, /--from .*cannot be read/)
    assert.doesNotMatch(err, /hunter2|SESSION_STORE_URL/)
  })

  it('fails where the users cannot be read, and does not take them for gone', async (test) => {
    if (suite.lacks(test, 'sharing')) return
    if (typeof openPlain === 'string') return test.skip(`declared: ${openPlain}`)
    const env = { ...suite.env, USERS_FILE: 'nowhere/users.json' }
    const from = String(suite.env.SESSION_STORE_URL)
    const { code, err } = await runSessions(env, ['adopt', '--from', from])
    assert.equal(code, 1)
    assert.match(err, /^The users in nowhere\/users\.json cannot be read/)
  })

  it('says whose sessions it can take, and never the password of the address', async () => {
    const args = ['adopt', '--from', 'elsewhere://app:hunter2hunter2@db/x']
    const { code, err } = await runSessions(suite.env, args)
    assert.equal(code, 2)
    assert.match(err, /^--from begins with "elsewhere:"; this app adopts from /)
    assert.doesNotMatch(err, /hunter2/)
    assert.match((await runSessions(suite.env, ['adopt'])).err, /^Say where the sessions are/)
  })
})
