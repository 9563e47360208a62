import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { SessionBackend } from '../../../src/session/backend/contract.ts'
import { createLocks } from '../../../src/session/backend/file-lock.ts'
import { openBackend } from '../../../src/session/backend/index.ts'
import { writeRecord } from '../../../src/session/backend/record-file.ts'
import { makeRecord } from '../conformance/record.ts'
import { waitForQueued } from './queued.ts'

const options = { prefix: 'sess:', absoluteMs: 60_000, timeoutMs: 10_000, onError() {} }
const longAgo = new Date(Date.now() - 60_000)

describe('a sweep of the files', () => {
  let root: string
  let folder: string
  let backend: SessionBackend
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'sweep-'))
    folder = join(root, 'sess')
    backend = await openBackend(`file:${root}`, options)
  })
  afterEach(() => rm(root, { recursive: true }))

  it('leaves a session that another process touches at the last moment', async () => {
    const record = makeRecord({ expires: Date.now() - 1 })
    await backend.insert(record)
    const file = join(folder, record.id)
    let swept: Promise<number> | undefined
    await createLocks(10_000)(file, async (own) => {
      swept = backend.sweep()
      await waitForQueued(file)
      const expires = Date.now() + 60_000
      await writeRecord(file, { ...record, expires, data: 'kept' }, join(own, 'draft'))
    })
    assert.equal(await swept, 0)
    assert.equal((await backend.read(record.id))?.data, 'kept')
  })

  it('removes no session whose touch it has confirmed', async () => {
    const other = await openBackend(`file:${root}`, options)
    for (let round = 0; round < 40; round++) {
      const record = makeRecord({ expires: Date.now() + 15 })
      await backend.insert(record)
      while (Date.now() < record.expires - 1) await pause(0)
      const [isTouched] = await Promise.all([
        backend.touch(record.id, Date.now() + 60_000),
        pause(1).then(other.sweep),
      ])
      assert.equal((await backend.read(record.id)) !== null, isTouched)
      await backend.remove(record.id)
    }
  })

  it('goes on over files that hold no session', async () => {
    const texts = ['{}', 'null', '[]', '"', '{"owner":1,"rev":1,"expires":1,"data":""}']
    for (const [index, text] of texts.entries())
      await writeFile(join(folder, String(index).repeat(64)), text)
    const dead = makeRecord({ expires: Date.now() - 1, owner: 'dead' })
    await backend.insert(dead)
    assert.equal(await backend.sweep(), 1)
    for (const [index, text] of texts.entries())
      assert.equal((await backend.read(String(index).repeat(64)))?.data, text)
  })

  it('removes the drafts and locks of processes that died, and no young ones', async () => {
    const record = makeRecord()
    await backend.insert(record)
    for (const when of ['old', 'young']) {
      const draft = join(folder, `${'a'.repeat(64)}.${when}`)
      const waiting = join(folder, `${'b'.repeat(64)}.${when}`)
      const lock = join(folder, `${(when === 'old' ? 'c' : 'd').repeat(64)}.lock`)
      await writeFile(draft, '{"data":"secret"}')
      await mkdir(join(waiting, 'own'), { recursive: true })
      await mkdir(join(lock, 'own'), { recursive: true })
      await writeFile(join(lock, 'own', 'draft'), '{"data":"secret"}')
      if (when === 'old')
        for (const path of [draft, waiting, lock]) await utimes(path, longAgo, longAgo)
    }
    await backend.sweep()
    const young = [`${'a'.repeat(64)}.young`, `${'b'.repeat(64)}.young`, `${'d'.repeat(64)}.lock`]
    assert.deepEqual((await readdir(folder)).sort(), [record.id, ...young, 'owners'].sort())
  })

  it('leaves nothing in the index that has no session, and no empty folder of an owner', async () => {
    const [moved, killed, kept] = ['one', 'two', 'kept'].map((owner) => makeRecord({ owner }))
    assert.ok(moved && killed && kept)
    await Promise.all([moved, killed, kept].map(backend.insert))
    await backend.replace({ ...moved, owner: 'three', rev: 2 }, 1)
    // Folders of four owners, one of them empty, and three ids.
    assert.equal((await readdir(join(folder, 'owners'), { recursive: true })).length, 7)
    await backend.remove(moved.id)
    await rm(join(folder, killed.id))
    await backend.sweep()
    const [owner, ...others] = await readdir(join(folder, 'owners'))
    assert.deepEqual(others, [])
    assert.deepEqual(await readdir(join(folder, 'owners', owner ?? '')), [kept.id])
    assert.deepEqual(await backend.owned('kept'), [kept])
  })

  it('misses no session that begins while it removes the folder of the owner', async () => {
    for (let round = 0; round < 30; round++) {
      const record = makeRecord({ owner: 'again' })
      await Promise.all([backend.insert(record), backend.sweep(), backend.sweep()])
      assert.deepEqual(await backend.owned('again'), [record])
      await backend.remove(record.id)
    }
  })
})
