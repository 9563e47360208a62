import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { SessionBackend } from '../../../src/session/index.ts'
import { openUsers } from '../../../src/users/users.ts'
import { eventually } from './clock.ts'
import { openSite } from './site.ts'
import { alice, type Suite, startSuite } from './suite.ts'

const token = randomBytes(32).toString('base64url')
const operations = ['read', 'owned', 'insert', 'replace', 'touch', 'remove', 'ping'] as const
type Operation = (typeof operations)[number]

/** What a scrape has, by name and labels as they are written there. */
async function scrape(origin: string) {
  const headers = { Authorization: `Bearer ${token}` }
  const answer = await fetch(`${origin}/metrics`, { headers })
  assert.equal(answer.status, 200)
  const text = await answer.text()
  const values = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line): [string, number] => {
      const [, series = '', value] = /^(.*) (\S+)$/.exec(line) ?? []
      return [series, Number(value)]
    })
  return { text, values: new Map(values) }
}

type Scrape = Awaited<ReturnType<typeof scrape>>

/** The values of a metric, by those of its only label. */
function valuesOf({ values }: Scrape, name: string): Record<string, number> {
  const own = [...values].flatMap(([series, value]): [string, number][] => {
    const [, found, label = ''] = /^(\w+)\{\w+="([^"]*)"\}$/.exec(series) ?? []
    return found === name ? [[label, value]] : []
  })
  return Object.fromEntries(own)
}

const callsOf = ({ values }: Scrape, operation: Operation, outcome: string) =>
  values.get(`session_store_calls_total{operation="${operation}",outcome="${outcome}"}`)

/** Counts the calls that reach a backend, and lets its reads fail when told to. */
function watch() {
  const reached = Object.fromEntries(operations.map((name) => [name, 0])) as Record<
    Operation,
    number
  >
  const state = { reached, failed: 0, isBroken: false }

  function wrap(backend: SessionBackend): SessionBackend {
    const calls = operations.map((name) => [
      name,
      async (...args: never[]) => {
        reached[name]++
        if (state.isBroken && name === 'read') {
          state.failed++
          throw new Error('broken')
        }
        return Reflect.apply(backend[name], backend, args)
      },
    ])
    return { ...backend, ...Object.fromEntries(calls) }
  }

  return { state, wrap }
}

describe('GET /metrics', () => {
  let suite: Suite
  let start: Scrape
  let during: Scrape
  let end: Scrape
  const ends: (() => unknown)[] = []
  const { state, wrap } = watch()
  const outage = { refused: 0 }

  before(async () => {
    suite = await startSuite()
    const env = { METRICS_TOKEN: token, LOGIN_MAX_FAILURES: '2', SESSION_MAX_PER_USER: '4' }
    const ending = { after: (close: () => unknown) => ends.unshift(close) }
    const site = await openSite(ending as unknown as TestContext, suite, { env, wrap })
    await run(site)
  })
  after(async () => {
    for (const close of ends) await close()
    await suite?.stop()
  })

  /** So many logins, failures, visits, logouts, revoked and expired sessions, and a backend that fails for a while. */
  async function run(site: Awaited<ReturnType<typeof openSite>>) {
    const users = openUsers(String(suite.env.USERS_FILE))
    const enter = async (user = alice) => {
      const browser = site.open()
      assert.equal((await browser.login(user)).status, 303)
      return browser
    }
    const add = async (username: string) => {
      const user = { ...alice, username }
      await users.setPassword(username, alice.password)
      return user
    }

    start = await scrape(site.origin)
    const [visitor, leaving, elsewhere] = [await enter(), await enter(), await enter()]
    for (let visits = 0; visits < 3; visits++) assert.equal((await visitor.me()).user, 'alice')

    const forgetful = site.open()
    const { id } = await suite.started(() => forgetful.login())
    await suite.backend.touch(id, Date.now() + 60_000)
    assert.equal((await forgetful.me()).user, 'alice', 'which moves the end')
    const over = Date.now() + 200
    await suite.backend.touch(id, over)
    await pause(over - Date.now() + 20)
    assert.equal(await forgetful.me(), 401)

    const { password } = alice
    assert.equal((await visitor.post('/reauth', { password })).status, 200)
    const kept = leaving.copy()
    assert.equal((await leaving.post('/logout')).status, 303)
    assert.equal(await kept.me(), 401)
    assert.equal((await visitor.post('/api/sessions/revoke-others')).status, 200)
    assert.equal(await elsewhere.me(), 401)

    const dismissed = await enter(await add('bob'))
    await users.setDisabled('bob', true)
    assert.equal(await dismissed.me(), 401)
    const carol = await add('carol')
    for (let devices = 0; devices < 5; devices++) await enter(carol)

    const mallory = { username: 'mallory', password: 'a guess' }
    const guesses = [401, 401, 429]
    for (const status of guesses) assert.equal((await site.open().login(mallory)).status, status)
    const forger = site.open()
    forger.jar.set('id', 's%3Aforged.signature')
    assert.equal(await forger.me(), 401)
    assert.equal((await site.open().get('/readyz')).status, 200)

    state.isBroken = true
    while (outage.refused < 3) {
      const before = state.failed
      assert.equal(await visitor.me(), 503)
      if (state.failed === before) outage.refused++
    }
    during = await scrape(site.origin)
    state.isBroken = false
    await eventually(async () => {
      const answer = await visitor.me()
      if (answer === 503) outage.refused++
      return answer !== 503
    }, 'The store is asked again')
    end = await scrape(site.origin)
  }

  it('says what became of sessions', () => {
    assert.deepEqual(valuesOf(end, 'session_events_total'), {
      created: 10,
      renewed: 1,
      resumed: 9,
      logged_out: 1,
      revoked: 2,
      expired: 4,
      refused: 1,
    })
  })

  it('says how many logins there were, and how many were in vain', () => {
    assert.deepEqual(valuesOf(end, 'logins_total'), { success: 10, failure: 2, delayed: 1 })
  })

  it('says of each operation how often the store was asked, how often in vain and how often not', () => {
    for (const operation of operations) {
      const isRead = operation === 'read'
      const failed = isRead ? state.failed : 0
      assert.equal(callsOf(end, operation, 'ok'), state.reached[operation] - failed, operation)
      assert.equal(callsOf(end, operation, 'failed'), failed, operation)
      assert.equal(callsOf(end, operation, 'refused'), isRead ? outage.refused : 0, operation)
      assert.ok(state.reached[operation] > 0, `${operation} is part of the run`)
    }
    assert.ok(state.failed >= 5)
  })

  it('says how long the store took, each time that it was asked', () => {
    const name = 'session_store_call_duration_seconds'
    assert.deepEqual(valuesOf(end, `${name}_count`), state.reached)
    for (const [operation, seconds] of Object.entries(valuesOf(end, `${name}_sum`))) {
      assert.ok(seconds > 0 && seconds < 60, operation)
    }
  })

  it('says whether the circuit breaker keeps calls from the store', () => {
    const name = 'session_store_breaker_open'
    assert.deepEqual(valuesOf(during, name), { reads: 1, writes: 0 })
    assert.deepEqual(valuesOf(end, name), { reads: 0, writes: 0 })
  })

  it('says how the process is', () => {
    for (const name of ['process_resident_memory_bytes', 'process_cpu_seconds_total'])
      assert.ok(Number(end.values.get(name)) > 0, name)
  })

  it('names nobody and no address, and has no more series than at the start', () => {
    for (const name of ['alice', 'bob', 'carol', 'mallory', '127.0.0.1', token])
      assert.ok(!end.text.includes(name), name)
    const seriesOf = ({ values }: Scrape) =>
      [...values.keys()].filter((series) => /^(session|logins)_/.test(series)).sort()
    assert.ok(seriesOf(end).length > 50)
    assert.deepEqual(seriesOf(end), seriesOf(start))
  })
})
