import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { assertNoLeaks } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'
import type { Visitor } from './visitor.ts'

const { suite, app } = shareSecureApp()

const who = (visitors: Visitor[]) => Promise.all(visitors.map((visitor) => visitor.who()))

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
      await app().heard('session_expired')
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

  it('is told of a name that nobody has, or that somebody has already', async () => {
    await suite().add('hilda')
    const assertTold = async (act: string, name: string, message: RegExp) => {
      const { code, out } = await suite().command('user.ts', [act, name], { input: '\n' })
      assert.equal(code, 1, act)
      assert.match(out, message)
    }
    for (const act of ['passwd', 'disable', 'enable', 'delete'])
      await assertTold(act, 'nobody', /^There is no user "nobody"$/m)
    await assertTold('add', 'hilda', /^"hilda" is there already$/m)
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
    await run('sessions.ts', 'revoke', '--user', 'hugo')
    assert.deepEqual(await who([...visitors, ...others]), [401, 401, 'ida'])
    const back = await app().enter(user)
    await run('sessions.ts', 'revoke', '--all')
    assert.deepEqual(await who([back, ...others, await app().enter(user)]), [401, 401, 'hugo'])
  })

  it('shows no secret anywhere [ASVS 14.2.1, 16.2.5, 3.3.4]', () => assertNoLeaks(suite()))
})

describe('one session more than a user may have', () => {
  it('ends the oldest, and nobody else’s [ASVS 7.1.2, SM-14]', async (test) => {
    const strict = await suite().start(test, { SESSION_MAX_PER_USER: '2' })
    const bob = await strict.enter(await suite().add('bob'))
    const first = await strict.enter()
    const second = await strict.enter()
    assert.deepEqual(strict.events('excess_sessions_exceeded'), [])
    const third = await strict.enter()
    const all = [first, second, third, bob].map((visitor) => visitor.who())
    assert.deepEqual(await Promise.all(all), [401, 'alice', 'alice', 'bob'])
    const line = await strict.heard('excess_sessions_exceeded')
    assert.equal(line.user, 'alice')
  })

  it('is none where the visitor’s own session of that user makes way [ASVS 7.1.2, 7.2.4]', async (test) => {
    const strict = await suite().start(test, { SESSION_MAX_PER_USER: '1' })
    const dora = await suite().add('dora.roth')
    const visitor = await strict.enter(dora)
    const kept = visitor.copy()
    assert.equal((await visitor.login(dora)).status, 303)
    assert.deepEqual([await visitor.who(), await kept.who()], [dora.username, 401])
    assert.deepEqual(strict.events('excess_sessions_exceeded'), [])

    // Whoever asks many times at once gets no more for it.
    const copies = Array.from({ length: 4 }, () => visitor.copy())
    const form = { username: dora.username, password: dora.password }
    const token = await visitor.token('/login')
    await Promise.all(copies.map((copy) => copy.submit('/login', form, { token })))
    const all = [visitor, ...copies]
    const names = await Promise.all(all.map((each) => each.who()))
    const alive = all[names.indexOf(dora.username)]
    assert.ok(alive, `${names}`)
    const { sessions } = await (await alive.get('/api/sessions')).json()
    assert.equal(sessions.length, 1)
  })

  it('shows no secret anywhere [ASVS 14.2.1, 16.2.5, 3.3.4]', () => assertNoLeaks(suite()))
})
