import assert from 'node:assert/strict'
import promises, { chown, lstat, readdir, readFile, rm, stat, symlink } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { openUsers } from '../../../src/users/users.ts'
import { makeFolder } from '../conformance/folder.ts'

describe('the file of users', () => {
  const folder = makeFolder()
  const file = join(folder, 'data', 'users.json')

  it('stays with the app that owns it, whatever root does', {
    skip: process.getuid?.() !== 0 && 'declared: only root can give files to others',
  }, async () => {
    const users = openUsers(file)
    await users.setPassword('root', 'a password of root')
    for (const place of [dirname(file), file]) await chown(place, 65534, 65534)
    await users.setPassword('alice', 'a password by root')
    assert.equal((await stat(file)).uid, 65534)
    await rm(file)
    await openUsers(file).setPassword('alice', 'a password by root')
    assert.equal((await stat(file)).uid, 65534)
  })

  it('can be read by its owner only, and has no passwords', async () => {
    const users = openUsers(file)
    await users.setPassword('bob', 'a long enough password')
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    const text = await readFile(file, 'utf8')
    assert.match(text, /\$(argon2id|scrypt)\$/)
    assert.doesNotMatch(text, /long enough/)
  })

  it('is made with the first user, and by nothing else', async () => {
    const users = openUsers(join(folder, 'none', 'users.json'))
    assert.deepEqual(await users.list(), [])
    const change = users.setPassword('ida', 'a long enough password', { expects: 'known' })
    await assert.rejects(change, { message: 'There is no user "ida"' })
    const acts = [() => users.endSessions(), () => users.remove('ida'), () => users.find('ida')]
    for (const act of acts) {
      await assert.rejects(act, { status: 503, message: /cannot be read: ENOENT/ })
    }
    await users.setPassword('ida', 'a long enough password')
    assert.equal((await users.find('ida'))?.name, 'ida')
  })

  it('is changed where a link leads to, and the link stays', async () => {
    const link = join(folder, 'linked.json')
    await symlink(file, link)
    await openUsers(link).setPassword('jana', 'a long enough password')
    assert.ok((await lstat(link)).isSymbolicLink())
    assert.equal((await openUsers(file).find('jana'))?.name, 'jana')
  })

  it('leaves no draft behind when it cannot be replaced, as where it alone is mounted', async (test) => {
    const users = openUsers(file)
    await users.setPassword('karl', 'a long enough password')
    const before = await readFile(file, 'utf8')
    const busy = Object.assign(new Error('resource busy or locked'), { code: 'EBUSY' })
    const { mock } = test.mock.method(promises, 'rename', () => Promise.reject(busy))
    syncBuiltinESMExports()
    test.after(() => {
      mock.restore()
      syncBuiltinESMExports()
    })
    await assert.rejects(users.endSessions('karl'), { status: 503, cause: busy })
    assert.deepEqual(await readdir(dirname(file)), ['users.json'])
    assert.equal(await readFile(file, 'utf8'), before)
  })
})
