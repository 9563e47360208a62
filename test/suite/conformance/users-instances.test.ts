import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import { openUserTable } from '../../../src/session/backend/user-table.ts'
import { openBrowser } from './browser.ts'
import { examine, production } from './doctor.ts'
import { startProcess, startServer } from './server.ts'
import { type Suite, startSuite } from './suite.ts'

const skip = openUserTable === null && 'declared: this store keeps users in a file'

describe('users in the database of the store, of an app in two places,', { skip }, () => {
  let suite: Suite
  let folder: string
  before(async () => {
    suite = await startSuite()
    folder = await mkdtemp(join(tmpdir(), 'users-'))
  })
  after(async () => {
    await suite?.stop()
    await rm(folder, { recursive: true })
  })

  /** The settings of an app whose table is not made yet, a place that has Alice in data/users.json, and one that has no such file. */
  async function newPlaces() {
    const env = { SESSION_KEY_PREFIX: `test${randomBytes(4).toString('hex')}:`, USERS_FILE: '' }
    const [one = '', other = ''] = await Promise.all(
      ['one-', 'other-'].map((name) => mkdtemp(join(folder, name))),
    )
    await mkdir(join(one, 'data'))
    await copyFile(String(suite.env.USERS_FILE), join(one, 'data/users.json'))
    const start = (test: TestContext, place: string) => startServer(test, suite, env, place)
    /** Runs `npm run user` in the place without a file, and returns what it says. */
    async function command(test: TestContext, ...args: string[]) {
      const all = { ...suite.env, ...env }
      const { ended, lines } = startProcess(test, 'cli/user.ts', args, all, other)
      assert.equal(await ended, 0, lines.join('\n'))
      return lines.join('\n')
    }
    return { env, one, other, start, command }
  }

  it('are those of data/users.json at the first start, which says so, and never again', async (test) => {
    const { one, start, command } = await newPlaces()
    const first = await start(test, one)
    const browser = openBrowser(first.origin)
    assert.equal((await browser.login()).status, 303)
    assert.equal(await first.end('SIGTERM'), 0, 'and the process ends')
    const line = first.lines.find((each) => each.includes('users_imported')) ?? '{}'
    const { count, from } = JSON.parse(line)
    assert.deepEqual([count, from], [1, 'data/users.json'])
    await command(test, 'delete', 'alice')
    const second = await start(test, one)
    assert.equal(await browser.copy(second.origin).me(), 401)
    assert.equal((await openBrowser(second.origin).login()).status, 401)
    await second.end('SIGTERM')
    assert.ok(!second.lines.join().includes('users_imported'))
  })

  it('are taken over by no doctor and by no command that only looks', async (test) => {
    const { env, one, command } = await newPlaces()
    const looks = [
      ['cli/doctor.ts'],
      ['cli/sessions.ts', 'list'],
      ['cli/sessions.ts', 'count'],
      ['cli/sessions.ts', 'export'],
      ['cli/sessions.ts', 'revoke', '--user', 'alice'],
      ['cli/sessions.ts', 'revoke', '--all'],
      ['cli/sessions.ts', 'init'],
    ]
    for (const [file = '', ...args] of looks) {
      const { ended, lines } = startProcess(test, file, args, { ...suite.env, ...env }, one)
      const code = await ended
      if (args[0] === 'export') {
        assert.equal(code, 1, 'or all sessions would be left out')
        assert.match(lines.join('\n'), /run "npm run setup"/)
      }
      assert.equal(await command(test, 'list'), '', `${args}: ${lines.join('\n')}`)
    }
  })

  it('are noted by the doctor where the app has not begun with them, and are a fault in production', async () => {
    const { env, one, other } = await newPlaces()
    const inTheTable = /there is none in .*, which the app begins with the 1 of data\/users\.json/
    for (const [place, mode, status, found] of [
      [one, {}, 'note', inTheTable],
      [one, production, 'fault', inTheTable],
      [other, {}, 'fault', /there is none in /],
    ] as const) {
      const { checks, text } = await examine({ ...suite.env, ...env, ...mode }, { cwd: place })
      const users = checks.find(({ check }) => check === 'users')
      assert.equal(users?.status, status, text)
      assert.match(users?.found ?? '', found)
    }
  })

  it('are one: who is made logs in at both, and who is disabled is out at both with the next request', async (test) => {
    const { one, other, start, command } = await newPlaces()
    const apps = [await start(test, one), await start(test, other)]
    const browsers = apps.map(({ origin }) => openBrowser(origin))
    for (const browser of browsers) await browser.login()
    for (const browser of browsers) assert.equal((await browser.me()).user, 'alice')
    const said = await command(test, 'add', 'bob')
    const bob = { username: 'bob', password: /with the password (\S+)/.exec(said)?.[1] ?? '' }
    assert.equal(await command(test, 'list'), 'alice\nbob')
    for (const { origin } of apps) {
      assert.equal((await openBrowser(origin).login(bob)).status, 303)
    }
    await command(test, 'disable', 'alice')
    for (const browser of browsers) assert.equal(await browser.me(), 401)
    await command(test, 'enable', 'alice')
    for (const browser of browsers) {
      assert.equal(await browser.me(), 401)
      await browser.login()
      assert.equal((await browser.me()).user, 'alice')
    }
    await command(test, 'delete', 'alice')
    for (const browser of browsers) assert.equal(await browser.me(), 401)
  })
})
