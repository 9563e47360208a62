import assert from 'node:assert/strict'
import { after, before, describe, it, type TestContext } from 'node:test'
import { createClient } from 'redis'
import type { SessionBackend } from '../../../src/session/index.ts'
import { eventually } from '../conformance/clock.ts'
import { startServer } from '../conformance/server.ts'
import { type Suite, startSuite } from '../conformance/suite.ts'

describe('a server whose append-only file is off', () => {
  let suite: Suite
  before(async () => {
    suite = await startSuite({ own: true })
  })
  after(() => suite?.stop())

  const cureOf = async (backend: SessionBackend) =>
    (await backend.diagnose?.())?.findings?.find(({ check }) => check === 'durability')?.cure

  async function send(test: TestContext, ...commands: string[]) {
    const client = createClient({ url: String(suite.env.SESSION_STORE_URL) })
    await client.connect()
    test.after(() => client.destroy())
    for (const command of commands) await client.sendCommand(command.split(' '))
  }

  it('is told in the log of the start, with what to set', async (test) => {
    await send(test, 'CONFIG SET appendonly no')
    const { lines } = await startServer(test, suite)
    const find = () => lines.find((line) => line.includes('store_not_durable'))
    await eventually(() => find() !== undefined, 'it is told')
    const { level, hint } = JSON.parse(find() ?? '')
    assert.equal(level, 'warn')
    assert.match(hint, /appendonly yes/)
  })

  it('is told no more once it is on', async (test) => {
    await send(test, 'CONFIG SET appendonly yes')
    assert.equal(await cureOf(suite.backend), undefined)
  })

  it('is no trouble for a user who may not ask for it', async (test) => {
    const rights = 'resetkeys ~* resetchannels +@all -info'
    await send(test, 'CONFIG SET appendonly no', `ACL SETUSER asker on >secret ${rights}`)
    const url = new URL(String(suite.env.SESSION_STORE_URL))
    Object.assign(url, { username: 'asker', password: 'secret' })
    const backend = await suite.open(test, { SESSION_STORE_URL: url.href })
    assert.equal(await cureOf(backend), undefined)
    await backend.ping()
  })
})
