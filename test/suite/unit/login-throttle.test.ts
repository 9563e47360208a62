import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { unlock, withLoginThrottle } from '../../../src/security/login-throttle.ts'
import type { SessionBackend, Stored } from '../../../src/session/index.ts'
import type { Users } from '../../../src/users/users.ts'

const hourMs = 3_600_000

/** What counters need of a backend: it refuses an id that is there, as tables do. */
function createMemory(): SessionBackend {
  const records = new Map<string, Stored>()
  const live = (id: string) => {
    const record = records.get(id)
    return record && record.expires > Date.now() ? record : null
  }
  return {
    read: async (id: string) => live(id),
    async insert(record: Stored) {
      if (live(record.id)) throw new Error('UNIQUE constraint failed')
      records.set(record.id, record)
    },
    async replace(record: Stored, rev: number) {
      const kept = live(record.id)
      if (kept?.rev === rev) records.set(record.id, record)
      return kept ? (kept.rev === rev ? 'done' : 'changed') : 'gone'
    },
    remove: async (id: string) => void records.delete(id),
  } as SessionBackend
}

/** Users whose password is `right`, behind the throttle, on a clock that stands still until the test moves it. */
function open(test: TestContext, { maxFailures = 1000, maxFailuresPerAddress = 1000 }) {
  test.mock.timers.enable({ apis: ['Date'], now: Date.UTC(2030, 0, 1) })
  const backend = createMemory()
  const events: unknown[] = []
  let checks = 0
  const users = {
    find: async (name: string) => ({ name }),
    async verify(name: string, password: string) {
      checks++
      return password === 'right' ? { name } : null
    },
  } as unknown as Users
  const limits = { maxFailures, maxFailuresPerAddress }
  const openOne = () =>
    withLoginThrottle(users, backend, limits, (event, details) => events.push([event, details]))
  const throttled = openOne()

  /** Who tries to log in: `in`, `wrong`, or the seconds to wait. */
  async function login(name: string, isRight: boolean, address = '192.0.2.1', by = throttled) {
    try {
      const user = await by.verify(name, isRight ? 'right' : 'wrong', { kind: 'login', address })
      return user === null ? 'wrong' : 'in'
    } catch (error) {
      return Object(error).retryAfter as number
    }
  }

  return {
    backend,
    events,
    login,
    checks: () => checks,
    another: openOne,
    pass: (ms: number) => test.mock.timers.tick(ms),
  }
}

describe('passwords that are to be checked', () => {
  it('are 64 at a time; whoever comes then is told so, and need not wait', async (test) => {
    const { another } = open(test, {})
    const { verify } = another()
    const check = (name: string) => verify(name, 'right', { kind: 'login', address: '192.0.2.1' })
    const names = Array.from({ length: 100 }, (_, index) => `name${index}`)
    const outcomes = await Promise.allSettled(names.map(check))
    const refused = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []))
    assert.equal(refused.length, 36)
    for (const { status, code } of refused) assert.deepEqual([status, code], [503, 'login_busy'])
    assert.deepEqual(await check('late'), { name: 'late' })
  })
})

describe('failures of an address', () => {
  it('are counted for an hour, so that a typo now and then keeps nobody waiting', async (test) => {
    const { login, pass } = open(test, { maxFailuresPerAddress: 3 })
    for (const name of ['a', 'b', 'c']) assert.equal(await login(name, false), 'wrong')
    assert.equal(await login('d', true), 1)
    pass(hourMs)
    for (let day = 0; day < 5; day++) {
      assert.equal(await login('a', false), 'wrong', `day ${day}`)
      assert.equal(await login('d', true), 'in', `day ${day}`)
      pass(20 * hourMs)
    }
  })

  it('are tried one after the other once there are too many, whatever the names', async (test) => {
    const { login, pass, checks } = open(test, { maxFailuresPerAddress: 3 })
    for (const name of ['a', 'b', 'c']) await login(name, false)
    pass(1000)
    const before = checks()
    const names = Array.from({ length: 40 }, (_, index) => `name${index}`)
    const answers = await Promise.all(names.map((name) => login(name, false)))
    assert.equal(checks() - before, 1)
    assert.deepEqual(answers, ['wrong', ...Array(39).fill(2)])
    assert.equal(await login('e', true, '192.0.2.2'), 'in')
  })

  it('are the same whatever port a proxy adds', async (test) => {
    const { login } = open(test, { maxFailuresPerAddress: 3 })
    for (const port of [1, 2, 3]) await login(`${port}`, false, `192.0.2.1:${port}`)
    assert.equal(await login('d', true, '192.0.2.1:4'), 1)
  })
})

describe('failures of an account', () => {
  it('wait twice as long each time, a quarter of an hour at most, and are told of by name', async (test) => {
    const { login, pass, events } = open(test, { maxFailures: 2 })
    for (let time = 0; time < 2; time++) assert.equal(await login('alice', false), 'wrong')
    for (const seconds of [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]) {
      assert.equal(await login('alice', true), seconds)
      pass(seconds * 1000)
      assert.equal(await login('alice', false), 'wrong')
    }
    assert.deepEqual(events[0], ['authn_login_lock', { user: 'alice', failures: 2 }])
  })

  it('that two processes see first at the same moment are both counted, and none is an error', async (test) => {
    const { login, another } = open(test, { maxFailures: 2 })
    const [one, two] = [another(), another()]
    const answers = [one, two].map((each) => login('alice', false, '192.0.2.1', each))
    assert.deepEqual(await Promise.all(answers), ['wrong', 'wrong'])
    assert.equal(await login('alice', true), 1)
  })

  it('can be forgiven, however the name is written', async (test) => {
    const { login, backend } = open(test, { maxFailures: 2 })
    for (const name of ['alice', 'bob']) for (const _ of [1, 2]) await login(name, false)
    const forgive = (word: string) => unlock.run({ word }, async () => ({ backend }))
    assert.deepEqual((await forgive('ALICE')).data, { unlocked: true })
    assert.equal((await forgive('ALICE')).exitCode, 3)
    assert.equal(await login('alice', true), 'in')
    assert.equal(await login('bob', true), 1)
  })
})
