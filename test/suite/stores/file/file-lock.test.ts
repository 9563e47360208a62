import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { createLocks } from '../../../src/session/backend/file-lock.ts'
import { waitForQueued } from './queued.ts'

const longAgo = new Date(Date.now() - 60_000)
describe('the lock of a file', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'locks-'))
  })
  after(() => rm(folder, { recursive: true }))

  it('is held by one at a time, also of many that find an old one', async () => {
    for (let round = 0; round < 20; round++) {
      const file = join(folder, `old-${round}`)
      await mkdir(join(`${file}.lock`, 'of-one-that-died'), { recursive: true })
      await utimes(`${file}.lock`, longAgo, longAgo)
      let [inside, most] = [0, 0]
      const work = async () => {
        most = Math.max(most, ++inside)
        await pause(10)
        inside--
      }
      await Promise.all(Array.from({ length: 4 }, () => createLocks(50_000)(file, work)))
      assert.equal(most, 1)
      assert.equal(existsSync(`${file}.lock`), false)
    }
  })

  it('is waited for as long as it is young, and no longer than the time allowed', async () => {
    const file = join(folder, 'young')
    const taken = Promise.withResolvers<void>()
    const released = Promise.withResolvers<void>()
    const works = createLocks(10_000)(file, () => {
      taken.resolve()
      return released.promise
    })
    await taken.promise
    await assert.rejects(
      createLocks(100)(file, async () => {}),
      /holds the lock/,
    )
    const waits = createLocks(10_000)(file, async () => {})
    await waitForQueued(file)
    released.resolve()
    await Promise.all([works, waits])
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.startsWith('young')),
      [],
    )
  })

  it('goes with an error of the work', async () => {
    const file = join(folder, 'error')
    const runExclusive = createLocks(1000)
    await assert.rejects(
      runExclusive(file, () => readFile(join(folder, 'nothing'))),
      /ENOENT/,
    )
    await runExclusive(file, async () => {})
  })
})
