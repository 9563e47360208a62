import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { SessionBackend, Stored } from '../src/session/index.ts'
import { lacks } from './backend.ts'
import { openBackend, openSite, type Visitor } from './site.ts'

// What sessions promise, whatever backend keeps them.
const declare = (reason: string | undefined) => (reason ? `declared: ${reason}` : false)
const needsSharing = { skip: declare(lacks.sharing) }
const needsAtomic = { skip: declare(lacks.sharing ?? lacks.atomic) }
const needsScan = { skip: declare(lacks.scan) }

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

const makeRecord = (changes: Partial<Stored> = {}): Stored => ({
  id: sha256(randomBytes(16).toString('hex')),
  owner: null,
  rev: 1,
  expires: Date.now() + 600_000,
  data: '{"created":1,"fields":{}}',
  ...changes,
})

describe('a backend', () => {
  let one: SessionBackend
  let two: SessionBackend
  before(async () => {
    one = await openBackend()
    two = lacks.sharing ? one : await openBackend()
  })
  after(() => Promise.all([one.close(), two === one || two.close()]))

  it('returns what it was given, to the last character and millisecond', async () => {
    const written = makeRecord({ owner: 'ünï "quoted" 🦉', data: '\\ \u0000 %_; DROP\r\n' })
    await one.insert(written)
    assert.deepEqual(await two.read(written.id), written)
    assert.deepEqual(await two.owned('ünï "quoted" 🦉'), [written])
  })

  it('replaces a record only at the revision that was read', async () => {
    const first = makeRecord()
    await one.insert(first)
    assert.equal(await one.replace({ ...first, rev: 2, data: 'second' }, 1), 'done')
    assert.equal(await one.replace({ ...first, rev: 2, data: 'late' }, 1), 'changed')
    assert.equal((await two.read(first.id))?.data, 'second')
  })

  it('brings nothing back that was removed', async () => {
    const gone = makeRecord({ owner: 'gone' })
    await one.insert(gone)
    await one.remove(gone.id)
    assert.equal(await one.replace({ ...gone, rev: 2 }, 1), 'gone')
    assert.equal(await one.touch(gone.id, Date.now() + 90_000), false)
    assert.deepEqual([await one.read(gone.id), await one.owned('gone')], [null, []])
  })

  it('never returns a record that has expired', async () => {
    const short = makeRecord({ owner: 'short', expires: Date.now() + 300 })
    await one.insert(short)
    await pause(short.expires - Date.now() + 20)
    assert.deepEqual([await one.read(short.id), await one.owned('short')], [null, []])
    assert.equal(await one.touch(short.id, Date.now() + 90_000), false)
  })

  it('lets one of many writers win', needsAtomic, async () => {
    const start = makeRecord()
    await one.insert(start)
    const write = (n: number) => (n % 2 ? one : two).replace({ ...start, rev: 2, data: `${n}` }, 1)
    const outcomes = await Promise.all(Array.from({ length: 40 }, (_, n) => write(n)))
    assert.equal(outcomes.filter((outcome) => outcome === 'done').length, 1)
  })

  it('lists every session', needsScan, async () => {
    const listed = makeRecord()
    await one.insert(listed)
    const ids = new Set<string>()
    for await (const { id } of two.scan()) ids.add(id)
    assert.ok(ids.has(listed.id))
  })
})

describe('sessions', () => {
  const statusesOf = async (answers: Promise<Response>[]) =>
    (await Promise.all(answers)).map(({ status }) => status)

  it('end with a logout for good: a request that was under way cannot bring one back', async (test) => {
    const site = await openSite(test)
    const visitor = await site.login()
    const kept = visitor.copy()
    const slow = kept.post('/slow-note')
    await site.arrived
    await visitor.post('/logout')
    site.release()
    assert.equal((await slow).status, 401)
    assert.deepEqual((await slow).headers.getSetCookie(), [])
    assert.equal((await kept.get('/me')).status, 401)
  })

  it('lose no acknowledged change to parallel requests', async (test) => {
    const visitor = await (await openSite(test)).login()
    const visits = Array.from({ length: 50 }, () => visitor.copy().post('/visits'))
    assert.deepEqual(new Set(await statusesOf(visits)), new Set([200]))
    assert.equal((await (await visitor.get('/me')).json()).visits, 50)
  })

  it('lose none to several processes', needsAtomic, async (test) => {
    const here = await openSite(test)
    const there = await openSite(test, { asOtherProcess: true })
    const visitor = await here.login()
    const visit = (at: Visitor) => Array.from({ length: 20 }, () => at.post('/visits'))
    const answers = [...visit(visitor.copy()), ...visit(visitor.copy(there.origin))]
    const done = (await statusesOf(answers)).filter((status) => status === 200)
    assert.equal((await (await visitor.get('/me')).json()).visits, done.length)
  })

  it('outlive the process', needsSharing, async (test) => {
    const visitor = await (await openSite(test)).login()
    const other = await openSite(test, { asOtherProcess: true })
    assert.equal((await visitor.copy(other.origin).get('/me')).status, 200)
  })

  it('are stored before the answer leaves; a failed save is a 503, never a 200', async (test) => {
    const site = await openSite(test)
    const visitor = await site.login()
    site.breakCalls('replace')
    const answer = await visitor.post('/note', { note: 'lost' })
    assert.equal(answer.status, 503)
    assert.deepEqual(answer.headers.getSetCookie(), [])
  })

  it('are a 503 within the timeout when the store hangs, while other routes work', async (test) => {
    const site = await openSite(test, { settings: { SESSION_STORE_TIMEOUT_MS: '500' } })
    const visitor = await site.login()
    site.hangCalls('read')
    assert.equal((await visitor.get('/me')).status, 503)
    assert.equal((await visitor.get('/open')).status, 200)
  })

  it('end when they are not used for the idle time, and use prolongs them', async (test) => {
    const site = await openSite(test, { settings: { SESSION_IDLE_SECONDS: '3600' } })
    const visitor = await site.login()
    const id = sha256(visitor.sessionId())
    const almostOver = Date.now() + 60_000
    await site.real.touch(id, almostOver)
    assert.equal((await visitor.get('/me')).status, 200)
    const prolonged = (await site.real.read(id))?.expires ?? 0
    assert.ok(prolonged > almostOver, 'use moves the end')
    await site.real.touch(id, Date.now() + 200)
    await pause(220)
    assert.equal((await visitor.get('/me')).status, 401)
  })

  it('end after the absolute time, used or not', async (test) => {
    const site = await openSite(test)
    const visitor = await site.login()
    const later = await openSite(test, {
      settings: { SESSION_IDLE_SECONDS: '1', SESSION_ABSOLUTE_SECONDS: '1' },
    })
    await pause(1100)
    assert.equal((await visitor.copy(later.origin).get('/me')).status, 401)
  })

  it('have ids that the backend never sees, only their SHA-256', async (test) => {
    const site = await openSite(test)
    const id = (await site.login()).sessionId()
    const stored = await site.real.read(sha256(id))
    assert.ok(stored)
    assert.ok(!JSON.stringify(stored).includes(id))
  })

  it('change their id at login, and never take one that the visitor brought', async (test) => {
    const site = await openSite(test)
    const visitor = await site.login()
    const before = visitor.copy()
    await visitor.post('/login')
    assert.notEqual(visitor.sessionId(), before.sessionId())
    assert.equal((await before.get('/me')).status, 401, 'the session of before is over')
    const forged = site.visitor()
    forged.jar.set('id', 's%3Amine-mine-mine-mine.forged')
    await forged.post('/login')
    assert.notEqual(forged.sessionId(), 'mine-mine-mine-mine')
  })
})
