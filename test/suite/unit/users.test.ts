import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { openUsers, type Users } from '../../../src/users/users.ts'
import { makeFolder } from '../conformance/folder.ts'

const attempt = { kind: 'login', address: '192.0.2.1' } as const

describe('users', () => {
  const folder = makeFolder()
  const file = join(folder, 'data', 'users.json')

  it('are known by their password, to the last character', async () => {
    const users = openUsers(file)
    const long = `${'ünïcödé 🦉 '.repeat(10)}!`
    await users.setPassword('alice', long)
    assert.equal((await users.verify('alice', long, attempt))?.name, 'alice')
    assert.equal(await users.verify('alice', `${long.slice(0, -1)}?`, attempt), null)
    assert.equal(await users.verify('alice', `${long} `, attempt), null)
    assert.equal(await users.verify('nobody', long, attempt), null)
    assert.equal(await users.verify('__proto__', long, attempt), null)
  })

  it('that are made at the same time are all kept', async () => {
    const users = openUsers(file)
    const names = ['dora', 'emil', 'frida', 'gustav']
    await Promise.all(names.map((name) => users.setPassword(name, 'a long enough password')))
    const known = (await users.list()).map(({ name }) => name)
    assert.deepEqual(
      names.filter((name) => !known.includes(name)),
      [],
    )
    assert.equal(await users.remove('emil'), true)
    assert.equal(await users.remove('emil'), false)
  })

  it('need a password of 15 characters', async () => {
    await assert.rejects(openUsers(file).setPassword('carol', '14 characters.'), /15 characters/)
  })

  describe('whose password was verified a moment ago', () => {
    const [first, second, third] = [
      'the password of now',
      'what the user wants',
      'an entirely other one',
    ]

    /** Hannah as she proved who she is, and what happened since. */
    async function openVerified(since: (users: Users) => Promise<unknown>) {
      const users = openUsers(file)
      await users.remove('hannah')
      await users.setPassword('hannah', first)
      const user = await users.verify('hannah', first, attempt)
      assert.ok(user)
      await since(users)
      return { users, user }
    }

    it('change it and stay who they are, with their sessions or without', async () => {
      const { users, user } = await openVerified(async () => {})
      const kept = await users.changePassword(user, second, false)
      assert.equal(kept?.sessionVersion, user.sessionVersion)
      assert.equal((await users.verify('hannah', second, attempt))?.name, 'hannah')
      assert.equal(await users.verify('hannah', first, attempt), null)
      const ended = await users.changePassword(user, third, true)
      assert.ok(ended && ended.sessionVersion > user.sessionVersion)
      assert.deepEqual(await users.find('hannah'), ended)
    })

    const events: Record<string, (users: Users) => Promise<unknown>> = {
      removed: (users) => users.remove('hannah'),
      disabled: (users) => users.setDisabled('hannah', true),
      'removed and made anew': async (users) => {
        await users.remove('hannah')
        await users.setPassword('hannah', third)
      },
      'given another password': (users) => users.setPassword('hannah', third),
    }
    for (const [event, since] of Object.entries(events)) {
      it(`change nothing once they are ${event}`, async () => {
        const { users, user } = await openVerified(since)
        const before = await readFile(file, 'utf8')
        assert.equal(await users.changePassword(user, second, true), null)
        assert.equal(await readFile(file, 'utf8'), before)
      })
    }
  })

  it('whose sessions are ended are returned with the session version that ended them', async () => {
    const users = openUsers(file)
    const { sessionVersion } = await users.setPassword('ida', 'a long enough password')
    const ended = await users.endSessions('ida')
    assert.deepEqual(ended, [await users.find('ida')])
    assert.ok(ended.every((user) => user.sessionVersion > sessionVersion))
  })
})
