import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { openUsers } from '../../../src/users/users.ts'
import { makeFolder } from '../conformance/folder.ts'

const password = 'a long enough password'

describe('the name of a user', () => {
  const folder = makeFolder()

  const open = (name: string) => openUsers(join(folder, `${name}.json`))

  it('is plain, and does not begin as an option does', async () => {
    const users = open('plain')
    for (const name of ['', 'a b', '--help', '-h', '.hidden', 'x'.repeat(65)]) {
      await assert.rejects(users.setPassword(name, password), /no user name/, name)
    }
    for (const name of ['a', '_svc', '1st', 'alice@example.org', 'x'.repeat(64)])
      assert.equal((await users.setPassword(name, password)).name, name)
  })

  it('is not one that people would take for another’s', async () => {
    const users = open('alike')
    await users.setPassword('alice', password)
    await assert.rejects(users.setPassword('Alice', password), /too much like "alice"/)
    assert.deepEqual(
      (await users.list()).map(({ name }) => name),
      ['alice'],
    )
    await users.setPassword('alice', `${password}!`)
    const attempt = { kind: 'login', address: '192.0.2.1' } as const
    assert.equal((await users.verify('alice', `${password}!`, attempt))?.name, 'alice')
  })
})
