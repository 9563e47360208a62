import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import promises, { readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { UserBackend } from '../../../src/users/users.ts'
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

/** Lets six seconds pass, for whoever counts them himself. */
function moveOn(test: TestContext) {
  const now = performance.now.bind(performance)
  test.mock.method(performance, 'now', () => now() + 6000)
}

const made = { isFirst: true }
const alice = { hash: '' }

describe('a lock among processes', () => {
  const folder = makeFolder()
  let number = 0
  const newPath = () => join(folder, `users${number++}.json`)

  /** Leaves a lock that the volume says to be so many seconds old. */
  async function leave(path: string, secondsAgo: number) {
    await writeFile(`${path}.lock`, '')
    const then = Date.now() / 1000 - secondsAgo
    await utimes(`${path}.lock`, then, then)
  }

  /** Finds the lock kept, and does not wait. */
  async function assertKept(users: UserBackend) {
    const change = users.change('alice', () => alice, { isHasty: true })
    await assert.rejects(change, { status: 503, message: /users\d+\.json\.lock is kept by/ })
    assert.ok(existsSync(`${users.place}.lock`))
  }

  it('is held by one, also where one was left behind and a slow process removes it late', async (test) => {
    const path = newPath()
    await leave(path, 60)
    const processes = [openUsersFile(path), openUsersFile(path)]
    for (const users of processes) await assertKept(users)
    moveOn(test)
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
    const changing = processes.map((users, index) =>
      users.change(
        `user${index}`,
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
    assert.deepEqual(names.sort(), ['user0', 'user1'])
    assert.deepEqual(await readdir(folder), ['users0.json'])
  })

  for (const age of [-3600, -6, 0, 6, 3600]) {
    it(`is taken over once it was seen for five seconds, and not before, where the volume says it is ${age} seconds old`, async (test) => {
      const users = openUsersFile(newPath())
      await leave(users.place, age)
      await assertKept(users)
      moveOn(test)
      assert.deepEqual(await users.change('alice', () => alice, made), alice)
      assert.equal(existsSync(`${users.place}.lock`), false)
    })
  }

  it('that is another one each time is not taken over, however long one waits', async (test) => {
    const users = openUsersFile(newPath())
    await leave(users.place, 6)
    await assertKept(users)
    moveOn(test)
    await leave(users.place, 3)
    await assertKept(users)
  })

  it('is not released by a process that it was taken from, as it was stopped for long', async (test) => {
    const path = newPath()
    const { rename } = promises
    replace(test, 'rename', async (...args) => {
      await writeFile(`${path}.lock`, 'process 1 on elsewhere')
      await rename(...args)
    })
    await openUsersFile(path).change('alice', () => alice, made)
    assert.equal(await readFile(`${path}.lock`, 'utf8'), 'process 1 on elsewhere')
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
    assert.equal(holder.split('\n')[0], `process ${process.pid} on ${hostname()}`)
  })
})
