import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { assertNoLeaks } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'
import type { Visitor } from './visitor.ts'

const who = (visitors: Visitor[]) => Promise.all(visitors.map((visitor) => visitor.who()))

const { suite, app } = shareSecureApp()
const run = async (file: 'user.ts' | 'sessions.ts', ...args: string[]) => {
  const { code, out } = await suite().command(file, args, { input: '\n' })
  assert.equal(code, 0, out)
}
const enter = async (name: string, count: number) => {
  const user = await suite().add(name)
  const visitors: Visitor[] = []
  while (visitors.length < count) visitors.push(await app().enter(user))
  return { user, visitors }
}

describe('an administrator', { concurrency: 2 }, () => {
  for (const [act, name] of [
    ['disable', 'dave'],
    ['delete', 'dilma'],
  ] as const) {
    it(`ends all sessions of a user at once by "${act}", and the login fails as for anybody unknown [ASVS 7.4.2, 8.3.2]`, async () => {
      const { user, visitors } = await enter(name, 3)
      assert.deepEqual(await who(visitors), [name, name, name])
      await run('user.ts', act, name)
      const [first, second, third] = visitors
      assert.equal((await first?.post('/api/note', { note: 'still here' }))?.status, 401)
      assert.equal((await second?.get('/account'))?.status, 303)
      assert.deepEqual([await third?.who(), ...(await who(visitors))], [401, 401, 401, 401])
      const [gone, unknown] = [
        await app().visitor().post('/login', user),
        await app()
          .visitor()
          .post('/login', { ...user, username: 'nobody' }),
      ]
      assert.deepEqual([gone.status, unknown.status], [401, 401])
      assert.equal(await gone.text(), await unknown.text())
      const line = await app().heard('session_expired')
      assert.equal(line.reason, 'epoch')
    })
  }

  it('who lets a user in again does not bring back a session of before [ASVS 7.4.2]', async () => {
    const { user, visitors } = await enter('edna', 1)
    await run('user.ts', 'disable', 'edna')
    await run('user.ts', 'enable', 'edna')
    assert.deepEqual(await who(visitors), [401])
    assert.equal(await (await app().enter(user)).who(), 'edna')
  })

  it('who makes a user of the same name anew does not bring back a session of before [ASVS 7.4.2]', async () => {
    const { visitors } = await enter('fritz', 1)
    await run('user.ts', 'delete', 'fritz')
    const { visitors: after } = await enter('fritz', 1)
    assert.deepEqual(await who([...visitors, ...after]), [401, 'fritz'])
  })

  it('ends all sessions of a user by a new password [ASVS 7.4.3]', async () => {
    const { user, visitors } = await enter('gina', 2)
    await run('user.ts', 'passwd', 'gina')
    assert.deepEqual(await who(visitors), [401, 401])
    assert.equal((await app().visitor().login(user)).status, 401)
  })
})

describe('an administrator of sessions', () => {
  it('ends the sessions of one user, and of nobody else; or all [ASVS 7.4.5]', async () => {
    const { user, visitors } = await enter('hugo', 2)
    const { visitors: others } = await enter('ida', 1)
    await run('sessions.ts', 'revoke', 'hugo')
    assert.deepEqual(await who([...visitors, ...others]), [401, 401, 'ida'])
    const back = await app().enter(user)
    await run('sessions.ts', 'revoke-all')
    assert.deepEqual(await who([back, ...others, await app().enter(user)]), [401, 401, 'hugo'])
  })

  it('shows no secret anywhere [ASVS 14.2.1, 16.2.5, 3.3.4]', () => assertNoLeaks(suite()))
})
