import assert from 'node:assert/strict'
import promises, {
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { basename, dirname } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import type { SecureApp } from './app.ts'
import { assertNoLeaks, assertNothingOfInsides } from './leaks.ts'
import { shareSecureSuite } from './shared-app.ts'

describe('users that', () => {
  const suite = shareSecureSuite()
  const fileOf = () => String(suite().env.USERS_FILE)

  async function assertUnavailable(response: Response) {
    assert.equal(response.status, 503)
    assert.equal(response.headers.get('Retry-After'), '1')
    assert.equal(response.headers.get('Clear-Site-Data'), null)
    assert.ok(!response.headers.getSetCookie().some((line) => /^__Host-id=/.test(line)))
    await assertNothingOfInsides(response)
  }

  /** Asks for everything while the users are away, and once more when they are back. */
  async function assertOutage(app: SecureApp, goAway: () => unknown, comeBack: () => unknown) {
    const visitor = await app.enter()
    await visitor.token()
    await goAway()
    try {
      const me = await visitor.get('/api/me')
      await assertUnavailable(me.clone())
      assert.deepEqual(await me.json(), { error: 'users_unavailable' })
      await assertUnavailable(await visitor.get('/account'))
      await assertUnavailable(await visitor.post('/api/note', { note: 'meanwhile' }))
      await assertUnavailable(await app.visitor().login())
      for (const path of ['/', '/login', '/livez']) {
        assert.equal((await visitor.get(path)).status, 200, path)
      }
      assert.equal((await visitor.get('/readyz')).status, 503)
    } finally {
      await comeBack()
    }
    assert.equal(await visitor.who(), 'alice', 'nobody is logged out')
    assert.equal((await visitor.get('/readyz')).status, 200)
    const lines = app.events('users_unavailable')
    assert.deepEqual(
      lines.map(({ level }) => level),
      ['error'],
      'once, however many requests fail by it',
    )
    assert.deepEqual(app.events('session_expired'), [])
    assert.deepEqual(app.events('authn_login_fail'), [], 'nor is a failure counted')
  }

  it('are gone for a while are an outage, and no logout [ASVS 16.5.2, 16.5.3]', async (test) => {
    const file = fileOf()
    const app = await suite().startHere(test)
    await assertOutage(
      app,
      () => rename(file, `${file}.away`),
      () => rename(`${file}.away`, file),
    )
  })

  it('cannot be read are an outage, and no logout [ASVS 16.5.2, 16.5.3]', async (test) => {
    const file = fileOf()
    const app = await suite().startHere(test)
    await assertOutage(
      app,
      async () => {
        await rename(file, `${file}.away`)
        await mkdir(file)
      },
      async () => {
        await rmdir(file)
        await rename(`${file}.away`, file)
      },
    )
  })

  it('are half a file are an outage, and what they hold is told nowhere [ASVS 16.5.2, 16.2.5]', async (test) => {
    const file = fileOf()
    const app = await suite().startHere(test)
    const whole = await readFile(file, 'utf8')
    const half = whole.slice(0, whole.length / 2)
    await assertOutage(
      app,
      () => writeFile(file, half),
      () => writeFile(file, whole),
    )
    assert.ok(!app.lines.join('\n').includes(half.slice(-20)))
  })

  /** From now on, until the test ends or it is undone, nothing more fits on the disk. */
  function fillDisk(test: TestContext): () => void {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
    })
    const { mock } = test.mock.method(promises, 'writeFile', async (path: string) => {
      // As much as there was room for.
      await promises.appendFile(path, '{ "ali')
      throw full
    })
    syncBuiltinESMExports()
    const undo = () => {
      mock.restore()
      syncBuiltinESMExports()
    }
    test.after(undo)
    return undo
  }

  it('cannot be written, as on a full disk, keep their passwords and sessions, and it is said [ASVS 16.5.2, 16.5.3]', async (test) => {
    const file = fileOf()
    const app = await suite().startHere(test)
    const bob = await suite().add('bob')
    const [here, there] = [await app.enter(bob), await app.enter(bob)]
    const before = await readFile(file, 'utf8')
    const password = 'a password for the full disk'
    const empty = fillDisk(test)
    await assertUnavailable(
      await here.post('/account/password', { current: bob.password, password }),
    )
    await assertUnavailable(await here.post('/api/sessions/revoke-others'))
    empty()
    assert.equal(await readFile(file, 'utf8'), before)
    const left = await readdir(dirname(file))
    assert.deepEqual(
      left.filter((name) => name.startsWith(basename(file))),
      [basename(file)],
    )
    assert.match(String((await app.heard('users_unavailable')).reason), /ENOSPC/)
    assert.deepEqual(app.events('authn_password_change'), [])
    assert.deepEqual(app.events('session_revoked'), [])
    assert.equal(await there.who(), 'bob')
    assert.equal((await app.visitor().login(bob)).status, 303)
    assert.equal((await here.post('/api/sessions/revoke-others')).status, 200)
    assert.equal(await there.me(), 401)
  })

  it('were not there when the app started are an outage, too, until the first one is made [ASVS 16.5.2, 16.5.3]', async (test) => {
    const file = fileOf()
    const before = await (await suite().startHere(test)).enter()
    const Cookie = `__Host-id=${before.jar.get('__Host-id')}`
    await rename(file, `${file}.away`)
    try {
      const app = await suite().startHere(test)
      const visitor = app.visitor()
      await assertUnavailable(await visitor.get('/api/me', { Cookie }))
      await assertUnavailable(await visitor.login())
      assert.equal((await visitor.get('/readyz')).status, 503)
      assert.equal((await visitor.get('/', { Cookie })).status, 200)
      await rename(`${file}.away`, file)
      assert.equal(Object(await visitor.me({ Cookie })).user, 'alice')
      assert.equal((await visitor.get('/readyz')).status, 200)
    } finally {
      await rename(`${file}.away`, file).catch(() => {})
    }
    const env = { USERS_FILE: `${file}.new` }
    const fresh = await suite().start(test, env)
    const carol = { username: 'carol', password: 'a password of the first' }
    const options = { input: carol.password, env }
    assert.match(String((await fresh.heard('users_none')).hint), /npm run user/)
    await assertUnavailable(await fresh.visitor().login(carol))
    assert.equal((await suite().command('user.ts', ['add', 'carol'], options)).code, 0)
    assert.equal((await fresh.visitor().login(carol)).status, 303)
    await rm(env.USERS_FILE)
  })

  it('are locked by another process are waited for as long as a request may wait [ASVS 16.5.2, 16.5.3]', async (test) => {
    const lock = `${fileOf()}.lock`
    const app = await suite().startHere(test, { SESSION_STORE_TIMEOUT_MS: '800' })
    const dora = await suite().add('dora')
    const visitor = await app.enter(dora)
    await visitor.token()
    // As one does that works on: a lock that stays as it is for five seconds was left behind.
    await writeFile(lock, 'process 1 on elsewhere')
    const touch = () => utimes(lock, new Date(), new Date()).catch(() => {})
    const holding = setInterval(touch, 1000)
    try {
      const change = { current: dora.password, password: 'a password for the lock' }
      const answer = await visitor.post('/account/password', change)
      assert.deepEqual(await answer.clone().json(), { error: 'users_unavailable' })
      await assertUnavailable(answer)
      assert.match(String((await app.heard('users_unavailable')).reason), /process 1 on elsewhere/)
      assert.equal((await app.visitor().login(dora)).status, 303)
    } finally {
      clearInterval(holding)
      await rm(lock)
    }
    assert.equal(await visitor.who(), 'dora')
  })

  it('were away have shown no secret [ASVS 14.2.1, 16.2.5]', () => assertNoLeaks(suite()))
})
