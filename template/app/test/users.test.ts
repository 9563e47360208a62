import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { openUsers } from '../src/auth/users.ts'

describe('users', () => {
  let folder = ''
  let file = ''
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'users-'))
    file = join(folder, 'data', 'users.json')
  })
  after(() => rm(folder, { recursive: true }))

  it('are known by their password, to the last character', async () => {
    const users = openUsers(file)
    const long = `${'ünïcödé 🦉 '.repeat(10)}!`
    await users.setPassword('alice', long)
    assert.equal(await users.verify('alice', long), true)
    assert.equal(await users.verify('alice', `${long.slice(0, -1)}?`), false)
    assert.equal(await users.verify('alice', `${long} `), false)
    assert.equal(await users.verify('nobody', long), false)
    assert.equal(await users.verify('__proto__', long), false)
  })

  it('are in a file that only its owner can read, without their passwords', async () => {
    const users = openUsers(file)
    await users.setPassword('bob', 'a long enough password')
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    const text = await readFile(file, 'utf8')
    assert.match(text, /\$(argon2id|scrypt)\$/)
    assert.doesNotMatch(text, /long enough/)
  })

  it('that are made at the same time are all kept', async () => {
    const users = openUsers(file)
    const names = ['dora', 'emil', 'frida', 'gustav']
    await Promise.all(names.map((name) => users.setPassword(name, 'a long enough password')))
    const known = await users.list()
    assert.deepEqual(
      names.filter((name) => !known.includes(name)),
      [],
    )
    assert.equal(await users.remove('emil'), true)
    assert.equal(await users.remove('emil'), false)
  })

  it('need a password of 15 characters and a plain name', async () => {
    const users = openUsers(file)
    await assert.rejects(users.setPassword('carol', '14 characters.'), /15 characters/)
    await assert.rejects(users.setPassword('a b', 'a long enough password'), /no user name/)
  })
})
