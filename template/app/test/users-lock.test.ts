import assert from 'node:assert/strict'
import promises, { readdir, utimes, writeFile } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { lockFile } from '../src/auth/file-lock.ts'
import { makeFolder } from './folder.ts'

describe('a lock among processes', () => {
  const folder = makeFolder()
  let number = 0
  const newPath = () => join(folder, `users${number++}.lock`)

  /** Leaves a lock as a process does that was killed so many seconds ago. */
  async function leave(path: string, secondsAgo: number) {
    await writeFile(path, '')
    const then = Date.now() / 1000 - secondsAgo
    await utimes(path, then, then)
  }

  it('is held by one, also where one was left behind and a slow process removes it late', async (test) => {
    const path = newPath()
    await leave(path, 60)
    const held: (() => Promise<void>)[] = []
    const { rm: remove } = promises
    let removals = 0
    let isHeld = () => {}
    const firstHolds = new Promise<void>((resolve) => {
      isHeld = resolve
    })
    const { mock } = test.mock.method(
      promises,
      'rm',
      async (...args: Parameters<typeof remove>) => {
        if (++removals === 2) await firstHolds
        await remove(...args)
      },
    )
    syncBuiltinESMExports()
    test.after(() => {
      mock.restore()
      syncBuiltinESMExports()
    })
    const waiting = [1, 2].map(async () => {
      held.push(await lockFile(path))
      isHeld()
    })
    await firstHolds
    await pause(100)
    assert.equal(held.length, 1)
    await held[0]?.()
    await Promise.all(waiting)
    await held[1]?.()
    assert.deepEqual(await readdir(folder), [])
  })

  it('is taken over when it is from a time that has not come, as after the clock was set back', async () => {
    const path = newPath()
    await leave(path, -3600)
    const began = Date.now()
    await (await lockFile(path))()
    assert.ok(Date.now() - began < 4000)
  })

  it('that another process keeps using is not taken over, and waiting for it ends', async (test) => {
    const path = newPath()
    await leave(path, 0)
    const waiting = lockFile(path).then(
      () => 'taken',
      (error: Error) => error.message,
    )
    test.mock.timers.enable({ apis: ['Date'], now: Date.now() })
    for (let seconds = 0; seconds < 16; seconds += 4) {
      test.mock.timers.tick(4000)
      await leave(path, 0)
    }
    assert.match(await waiting, /Another process keeps .*users\d+\.lock/)
  })
})
