import assert from 'node:assert/strict'
import { connect, createServer, type Socket } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { SessionBackend } from '../../template/app/src/session/index.ts'
import type { Suite } from '../suite/conformance/suite.ts'
import { cannotRun, emitRedisApp } from './redis-app.ts'
import { openMonitor } from './redis-monitor.ts'

describe('the redis store', { skip: cannotRun }, () => {
  const { tools } = emitRedisApp('redis-store')
  let suite: Suite
  let makeRecord: Awaited<ReturnType<typeof tools>>['makeRecord']
  let eventually: Awaited<ReturnType<typeof tools>>['eventually']
  before(async () => {
    const { startSuite, ...more } = await tools()
    suite = await startSuite()
    makeRecord = more.makeRecord
    eventually = more.eventually
  })
  after(() => suite?.stop())

  const isOwned = async (backend: SessionBackend, owner: string, id: string) =>
    (await backend.owned(owner)).some((stored) => stored.id === id)

  it('finds a session by its user, while it changes hands and its users are asked for', async (test) => {
    const { backend } = suite
    const other = await suite.open(test)
    const record = makeRecord({ owner: 'ann' })
    await backend.insert(record)
    for (let rev = 1; rev < 200; rev += 2) {
      const asking = Array.from({ length: 5 }, () => other.owned('ann'))
      await backend.replace({ ...record, owner: 'bob', rev: rev + 1 }, rev)
      asking.push(other.owned('ann'))
      await backend.replace({ ...record, owner: 'ann', rev: rev + 2 }, rev + 1)
      await Promise.all(asking)
      assert.ok(await isOwned(backend, 'ann', record.id), `rev ${rev}`)
    }
    assert.deepEqual(await backend.owned('bob'), [])
  })

  it('finds the sessions of two users whose names are the same in UTF-8', async () => {
    const { backend } = suite
    const [one, two] = [makeRecord({ owner: '\ud800' }), makeRecord({ owner: '\ud801' })]
    await backend.insert(one)
    await backend.insert(two)
    for (let round = 0; round < 2; round++) {
      assert.deepEqual(await backend.owned('\ud800'), [one])
      assert.deepEqual(await backend.owned('\ud801'), [two])
    }
  })

  it('finds a session by its user for as long as it lives, whatever the limit is now', async (test) => {
    const env = { SESSION_IDLE_SECONDS: '1', SESSION_ABSOLUTE_SECONDS: '1' }
    const backend = await suite.open(test, env)
    const long = makeRecord({ owner: 'imported' })
    await backend.insert(long)
    await backend.insert(makeRecord({ owner: 'imported', expires: Date.now() + 500 }))
    await pause(1300)
    assert.deepEqual(await backend.owned('imported'), [long])
  })

  it('keeps and ends sessions while Redis is full', async (test) => {
    const { backend } = suite
    const record = makeRecord()
    await backend.insert(record)
    const { send, commands, close } = await openMonitor(suite.env.SESSION_STORE_URL ?? '')
    test.after(close)
    await commands(async () => send('CONFIG SET maxmemory 1mb'))
    const isRefused = (error: Error) =>
      /OOM/.test(error.message) && backend.isRefusal?.(error) === true
    await assert.rejects(backend.insert(makeRecord()), isRefused)
    await assert.rejects(backend.ping(), isRefused)
    const expires = record.expires + 60_000
    assert.equal(await backend.touch(record.id, expires), true)
    assert.deepEqual(await backend.read(record.id), { ...record, expires })
    await backend.remove(record.id)
    assert.equal(await backend.read(record.id), null)
    await commands(async () => send('CONFIG SET maxmemory 0'))
  })

  it('connects anew within seconds when a connection has gone silent', async (test) => {
    const { hostname, port } = new URL(suite.env.SESSION_STORE_URL ?? '')
    const open: Socket[] = []
    const proxy = createServer((client) => {
      const server = connect(Number(port), hostname)
      open.push(client, server)
      client.pipe(server).pipe(client)
      for (const socket of [client, server]) socket.on('error', () => {})
    }).listen(0, '127.0.0.1')
    test.after(() => {
      proxy.close()
      for (const socket of open) socket.destroy()
    })
    await new Promise((resolve) => proxy.once('listening', resolve))
    const url = `redis://127.0.0.1:${(proxy.address() as { port: number }).port}`
    const env = { SESSION_STORE_URL: url, SESSION_STORE_TIMEOUT_MS: '400' }
    const backend = await suite.open(test, env)
    const serves = () =>
      backend.ping().then(
        () => true,
        () => false,
      )
    await eventually(serves, 'it is connected')
    for (const socket of open) socket.pause().unpipe()
    await eventually(serves, 'it is connected anew', 60)
  })
})
