import assert from 'node:assert/strict'
import promises, { readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { openUsersFile } from '../../../src/users/users-file.ts'
import { makeFolder } from '../conformance/folder.ts'

/** Puts a function of `node:fs/promises` in the place of the real one until the test ends. */
function replace<Name extends 'rename' | 'rm'>(
  test: TestContext,
  name: Name,
  by: (typeof promises)[Name],
) {
  const { mock } = test.mock.method(promises, name, by)
  syncBuiltinESMExports()
  test.after(() => {
    mock.restore()
    syncBuiltinESMExports()
  })
}

const made = { isFirst: true }
const alice = { hash: '' }

describe('a lock among processes', () => {
  const folder = makeFolder()
  let number = 0
  const newPath = () => join(folder, `users${number++}.json`)

  /** Leaves a lock as a process does that was killed so many seconds ago. */
  async function leave(path: string, secondsAgo: number) {
    await writeFile(`${path}.lock`, '')
    const then = Date.now() / 1000 - secondsAgo
    await utimes(`${path}.lock`, then, then)
  }

  it('is held by one, also where one was left behind and a slow process removes it late', async (test) => {
    const path = newPath()
    await leave(path, 60)
    const { rename, rm } = promises
    const first = Promise.withResolvers<void>()
    const released = Promise.withResolvers<void>()
    let holders = 0
    let removals = 0
    replace(test, 'rm', async (...args) => {
      if (String(args[0]).endsWith('.lock') && ++removals === 2) await first.promise
      await rm(...args)
    })
    // Whoever holds the lock keeps it for as long as it writes.
    replace(test, 'rename', async (...args) => {
      await released.promise
      await rename(...args)
    })
    const changing = [1, 2].map((process) =>
      openUsersFile(path).change(
        `user${process}`,
        () => {
          holders++
          first.resolve()
          return { hash: '' }
        },
        made,
      ),
    )
    await first.promise
    await pause(100)
    assert.equal(holders, 1)
    released.resolve()
    await Promise.all(changing)
    const names = Object.keys(JSON.parse(await readFile(path, 'utf8')))
    assert.deepEqual(names.sort(), ['user1', 'user2'])
    assert.deepEqual(await readdir(folder), ['users0.json'])
  })

  it('is taken over when it is from a time that has not come, as after the clock was set back', async () => {
    const path = newPath()
    await leave(path, -3600)
    assert.deepEqual(await openUsersFile(path).change('alice', () => alice, made), alice)
  })

  it('that another process keeps is not taken over, and whoever waits for it is told by whom', async () => {
    const path = newPath()
    await writeFile(`${path}.lock`, 'process 1 on elsewhere')
    await assert.rejects(
      openUsersFile(path).change('alice', () => alice, { isHasty: true }),
      { status: 503, message: /users\d+\.json\.lock is kept by process 1 on elsewhere; remove/ },
    )
  })

  it('says which process keeps it', async (test) => {
    const path = newPath()
    const { rename } = promises
    let holder = ''
    replace(test, 'rename', async (...args) => {
      holder = await readFile(`${path}.lock`, 'utf8')
      await rename(...args)
    })
    await openUsersFile(path).change('alice', () => alice, made)
    assert.equal(holder, `process ${process.pid} on ${hostname()}`)
  })
})
