import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { assertNoLeaks, noteSecret } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'

const own = 'quittengelee otter 7 umbrella'

const { suite, app } = shareSecureApp()

/** A user whose password the administrator did not type; the command shows it, once. */
async function addWithRandom(username: string) {
  const { out } = await suite().command('user.ts', ['add', username], { input: '\n' })
  const password = /with the password (\S+)/.exec(out)?.[1] ?? ''
  noteSecret('password', password)
  return { username, password }
}

describe('a password that was made for a user', () => {
  it('is random, and another one each time [ASVS 6.4.1]', async () => {
    const [one, two] = [await addWithRandom('random1'), await addWithRandom('random2')]
    assert.match(one.password, /^[\w-]{24}$/)
    assert.notEqual(one.password, two.password)
  })

  it('is good for choosing another one and for nothing else [ASVS 6.4.1]', async () => {
    const user = await addWithRandom('newcomer')
    const visitor = await app().enter(user)
    for (const path of ['/account', '/account/sessions', '/reauth']) {
      const page = await visitor.get(path)
      assert.deepEqual([page.status, page.headers.get('Location')], [303, '/account/password'])
    }
    assert.equal(await visitor.who(), 403)
    assert.match(await (await visitor.get('/account/password')).text(), /was made for you/)
    const current = user.password
    const same = { current, password: current, again: current, others: 'on' }
    assert.equal((await visitor.submit('/account/password', same)).status, 400)
    const form = { current, password: own, again: own, others: 'on' }
    const changed = await visitor.submit('/account/password', form)
    assert.deepEqual([changed.status, changed.headers.get('Location')], [303, '/account'])
    assert.equal(await visitor.who(), 'newcomer')
    const again = await app().enter({ ...user, password: own })
    assert.equal(await again.who(), 'newcomer')
  })

  it('is good for three days [ASVS 6.4.1]', async () => {
    const user = await addWithRandom('latecomer')
    const file = String(suite().env.USERS_FILE)
    const users = JSON.parse(await readFile(file, 'utf8'))
    const days = (users.latecomer.initialUntil - Date.now()) / 86_400_000
    assert.ok(days > 2.9 && days <= 3, `${days} days`)
    users.latecomer.initialUntil = Date.now() - 1
    await writeFile(file, JSON.stringify(users), { mode: 0o600 })
    assert.equal((await app().visitor().login(user)).status, 401)
  })

  it('shows no secret anywhere [ASVS 14.2.1, 16.2.5, 3.3.4]', () => assertNoLeaks(suite()))
})
