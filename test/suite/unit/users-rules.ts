import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Users } from '../../../src/users/users.ts'

const attempt = { kind: 'login', address: '192.0.2.1' } as const
const password = 'a long enough password'

/** What holds for users wherever they are kept; `open` opens the same users each time. */
export function describeUsers(open: () => Users | Promise<Users>) {
  it('are known by their password, to the last character', async () => {
    const users = await open()
    const long = `${'ünïcödé 🦉 '.repeat(10)}!`
    await users.setPassword('alice', long)
    assert.equal((await users.verify('alice', long, attempt))?.name, 'alice')
    assert.equal(await users.verify('alice', `${long.slice(0, -1)}?`, attempt), null)
    assert.equal(await users.verify('alice', `${long} `, attempt), null)
    assert.equal(await users.verify('nobody', long, attempt), null)
    assert.equal(await users.verify('__proto__', long, attempt), null)
  })

  it('that are made at the same time are all kept', async () => {
    const users = await open()
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
    const users = await open()
    await assert.rejects(users.setPassword('carol', '14 characters.'), /15 characters/)
  })

  it('are not made anew by a new password once they were removed, nor replaced by one of the same name', async () => {
    const users = await open()
    await users.setPassword('nora', password)
    await users.remove('nora')
    await assert.rejects(users.setPassword('nora', password, { expects: 'known' }), {
      message: 'There is no user "nora"',
    })
    assert.equal(await users.find('nora'), null)
    const nora = await users.setPassword('nora', password, { expects: 'new' })
    await assert.rejects(users.setPassword('nora', `${password}!`, { expects: 'new' }), {
      message: '"nora" is there already',
    })
    assert.deepEqual(await users.verify('nora', password, attempt), nora)
    const changed = await users.setPassword('nora', `${password}!`, { expects: 'known' })
    assert.ok(changed.sessionVersion > nora.sessionVersion)
  })

  describe('whose password was verified a moment ago', () => {
    const [first, second, third] = [
      'the password of now',
      'what the user wants',
      'an entirely other one',
    ]

    /** Hannah as she proved who she is, and what happened since. */
    async function openVerified(since: (users: Users) => Promise<unknown>) {
      const users = await open()
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
      assert.ok(kept && kept.sessionVersion === user.sessionVersion)
      assert.equal((await users.verify('hannah', second, attempt))?.name, 'hannah')
      assert.equal(await users.verify('hannah', first, attempt), null)
      const ended = await users.changePassword(kept, third, true)
      assert.ok(ended && ended.sessionVersion > kept.sessionVersion)
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
      'given another password by somebody else who knew it, with their sessions kept': async (
        users,
      ) => {
        const other = await users.verify('hannah', first, attempt)
        assert.ok(other && (await users.changePassword(other, third, false)))
      },
    }
    for (const [event, since] of Object.entries(events)) {
      it(`change nothing once they are ${event}`, async () => {
        const { users, user } = await openVerified(since)
        const before = await users.list()
        assert.equal(await users.changePassword(user, second, true), null)
        assert.deepEqual(await users.list(), before)
        assert.equal(await users.verify('hannah', second, attempt), null)
      })
    }
  })

  it('whose sessions are ended are returned with the session version that ended them', async () => {
    const users = await open()
    const { sessionVersion } = await users.setPassword('ida', 'a long enough password')
    const ended = await users.endSessions('ida')
    assert.deepEqual(ended, [await users.find('ida')])
    assert.ok(ended.every((user) => user.sessionVersion > sessionVersion))
  })

  it('have a name that is plain, and does not begin as an option does', async () => {
    const users = await open()
    for (const name of ['', 'a b', '--help', '-h', '.hidden', 'x'.repeat(65)]) {
      await assert.rejects(users.setPassword(name, password), /no user name/, name)
    }
    for (const name of ['a', '_svc', '1st', 'alice@example.org', 'x'.repeat(64)])
      assert.equal((await users.setPassword(name, password)).name, name)
  })

  it('have no name that people would take for another’s', async () => {
    const users = await open()
    await users.setPassword('lena', password)
    await assert.rejects(users.setPassword('Lena', password), /too much like "lena"/)
    assert.equal(await users.find('Lena'), null)
    assert.equal(await users.verify('LENA', password, attempt), null)
    await users.setPassword('lena', `${password}!`)
    assert.equal((await users.verify('lena', `${password}!`, attempt))?.name, 'lena')
  })

  it('have no name that is no text, and nobody is asked for it', async () => {
    const users = await open()
    for (const name of ['\0', 'a\nb', 'x'.repeat(100_000), '\ud800', '🦉', ':begun', ' ']) {
      assert.equal(await users.find(name), null)
      assert.equal(await users.setDisabled(name, true), false)
      assert.deepEqual(await users.endSessions(name), [])
    }
  })

  it('are counted, and all their sessions end at once', async () => {
    const users = await open()
    await users.setPassword('mona', password)
    const before = await users.list()
    assert.deepEqual(await users.count(), { all: before.length, unverifiable: 0 })
    const ended = new Map((await users.endSessions()).map((each) => [each.name, each]))
    for (const { name, sessionVersion } of before) {
      assert.ok(Number(ended.get(name)?.sessionVersion) > sessionVersion, name)
    }
    assert.equal(ended.size, before.length)
  })
}
