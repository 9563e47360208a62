import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { text } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { makeRecord } from './record.ts'
import { inherited } from './server.ts'
import { openSite } from './site.ts'
import { type Suite, startSuite } from './suite.ts'

const file = fileURLToPath(new URL('../../../src/cli/sessions.ts', import.meta.url))

describe('npm run sessions', () => {
  let suite: Suite
  before(async () => {
    suite = await startSuite()
  })
  after(() => suite.stop())

  /** Starts the command; with `leaves`, its output is closed at once. */
  async function run(args: string[], { env = {}, input = '', leaves = false } = {}) {
    const child = spawn(process.execPath, [file, ...args], {
      env: { ...inherited, ...suite.env, ...env },
    })
    const code = new Promise<number | null>((resolve) => child.on('close', resolve))
    // It may refuse before it reads.
    child.stdin.on('error', () => {}).end(input)
    if (leaves) child.stdout.destroy()
    const out = leaves ? '' : text(child.stdout)
    return { err: await text(child.stderr), out: await out, code: await code }
  }

  const begunNow = () => JSON.stringify({ created: Date.now(), fields: {} })

  const another = () => ({ SESSION_KEY_PREFIX: `test${randomBytes(4).toString('hex')}:` })

  it('says how it is used when there is a word too few or too many', async () => {
    const wrong: [said: RegExp, ...args: string[]][] = [
      [/^Say which command\n/],
      [/^Say whose sessions: --user, --handle or --all\n/, 'revoke'],
      [/^Say whose sessions/, 'revoke', '--all', '--user', 'alice'],
      [/^"alice" is one word too many\n/, 'revoke', 'alice'],
      [/^"list" has no option --handle\n/, 'list', '--handle', 'x'],
      [/^Unknown option '--usr'\n/, 'list', '--usr'],
      [/^Option '--user <value>' argument missing\n/, 'list', '--user'],
      [/^Say which user\n/, 'unlock'],
      [/^There is no command "constructor"\n/, 'constructor'],
      [/^A handle is 32 hexadecimal digits/, 'show', 'x'],
    ]
    const said = await Promise.all(wrong.map(([, ...args]) => run(args)))
    for (const [index, { code, err, out }] of said.entries()) {
      const isPrivateStore = suite.backend.isPrivate && wrong[index]?.[1] === 'show'
      if (isPrivateStore) continue
      assert.equal(code, 2, err)
      assert.match(err, wrong[index]?.[0] ?? /^$/)
      assert.match(err, /npm run sessions -- <command>/)
      assert.equal(out, '')
    }
  })

  it('shows its usage to who asks for it, and that is no error', async () => {
    for (const args of [['--help'], ['-h'], ['list', '--help']]) {
      const { code, err, out } = await run(args)
      assert.deepEqual([code, err], [0, ''])
      assert.match(out, /list \[--user <name>\]/)
      assert.equal(/rotate-secret/.test(out), args.length === 1)
    }
  })

  it('says to programs what went wrong', async () => {
    const { code, err, out } = await run(['--json', 'revoke'])
    assert.deepEqual([code, err], [2, ''])
    assert.deepEqual(JSON.parse(out), {
      error: 'Say whose sessions: --user, --handle or --all',
      exitCode: 2,
    })
  })

  it('says it beside an export, not in it', async () => {
    const wrong = await run(['export', '--json', '--usr'])
    assert.deepEqual([wrong.code, wrong.out], [2, ''])
    assert.match(JSON.parse(wrong.err).error, /^Unknown option '--usr'/)
    const env = { SESSION_SECRETS: '' }
    const failed = await run(['export', '--json'], { env })
    assert.deepEqual([failed.code, failed.out], [1, ''])
    assert.match(JSON.parse(failed.err).error, /SESSION_SECRETS is empty/)
  })

  it('fails where the users file is not there, and does not say that all users are gone', async (test) => {
    if (suite.lacks(test, 'sharing') || suite.lacks(test, 'scan')) return
    const record = makeRecord({ owner: 'alice', data: begunNow() })
    await suite.backend.insert(record)
    const env = { USERS_FILE: 'nowhere/users.json' }
    for (const command of ['export', 'list', 'count']) {
      const { code, err, out } = await run([command], { env })
      assert.deepEqual([code, out], [1, ''], command)
      assert.match(err, /^The users in nowhere\/users\.json cannot be read/)
    }
    await suite.backend.remove(record.id)
  })

  it('fails where the store is away, and does not say that nothing was there', async (test) => {
    if (suite.lacks(test, 'server')) return
    const url = String(suite.env.SESSION_STORE_URL)
    const away = url.replace(/(\/\/(?:[^@/]*@)?)[^/?]*/, '$1127.0.0.1:1')
    const env = { SESSION_STORE_URL: away, SESSION_STORE_TIMEOUT_MS: '1000' }
    const all = await Promise.all(
      [['sweep'], ['count'], ['unlock', 'alice'], ['init']].map((args) => run(args, { env })),
    )
    for (const { code, err, out } of all) {
      assert.equal(code, 1, err)
      assert.notEqual(err.trim(), '')
      assert.equal(out, '')
    }
  })

  it('says when nothing was locked', async (test) => {
    if (suite.lacks(test, 'sharing')) return
    const { code, err } = await run(['unlock', 'nobody'])
    assert.equal(code, 3)
    assert.match(err, /nothing was locked/)
  })

  it('refuses where sessions are in the memory of the app, and there alone', async () => {
    const isPrivate = suite.backend.isPrivate === true
    const look = [['list'], ['sweep'], ['export'], ['import']]
    const asked = isPrivate ? look : [['revoke', '--user', 'alice']]
    for (const { code, err } of await Promise.all(asked.map((args) => run(args)))) {
      assert.equal(code, isPrivate ? 1 : 0, err)
      assert.equal(err.includes('in the memory of the app'), isPrivate)
    }
  })

  it('ends the sessions of a user', async (test) => {
    if (suite.lacks(test, 'sharing')) return
    await suite.backend.insert(makeRecord({ owner: 'carol' }))
    const { code, err } = await run(['revoke', '--user', 'carol'])
    assert.deepEqual([code, err.trim()], [0, 'Ended 1 sessions of "carol".'])
    assert.deepEqual(await suite.backend.owned('carol'), [])
  })

  it('says when there is nobody whose sessions it could end', async () => {
    const { code, err } = await run(['revoke', '--user', 'nobody'])
    assert.deepEqual([code, err.trim()], [3, 'There is no user "nobody"'])
  })

  it('moves sessions from one store to another, and their users stay logged in', async (test) => {
    if (suite.lacks(test, 'sharing') || suite.lacks(test, 'scan')) return
    const browser = (await openSite(test, suite)).open()
    const { id } = await suite.started(browser.login)
    await browser.post('/api/note', { note: 'a line\nand\u2028another' })
    // Nobody has that name any more, so its session is over.
    const over = makeRecord({ owner: 'removed', data: begunNow() })
    await suite.backend.insert(over)
    const exported = await run(['export'])
    assert.deepEqual((await run(['list'])).out.match(/alice|removed/g), ['alice'])
    assert.equal(exported.code, 0)
    assert.match(exported.err, /^Exported 1 sessions\. Left out 1 whose user is gone/)
    assert.match(exported.err, /Who logs out .* between this and the import is logged in again/)
    const env = another()
    assert.equal((await run(['init'], { env })).code, 0)
    // What npm run says goes to the same file.
    const input = `\n> app@0.1.0 sessions\r\n> node src/cli/sessions.ts export\r\n\r\n${exported.out}\n \n`
    assert.equal((await run(['import'], { env, input })).err.trim(), 'Imported 1 sessions.')
    assert.equal((await run(['import'], { env, input })).err.trim(), 'Imported 0 sessions.')
    assert.match(
      (await run(['list'], { env })).out,
      /^handle .*\n[0-9a-f]{32}( {2}\d{4}-\d\d-\d\dT[\d:.]+Z){2} {2}alice\n$/,
    )
    const backend = await suite.open(test, env)
    const there = browser.copy((await openSite(test, suite, { env, wrap: () => backend })).origin)
    assert.equal((await there.me()).note, 'a line\nand\u2028another')
    await Promise.all([backend.remove(id), suite.backend.remove(id), suite.backend.remove(over.id)])
  })

  it('stops an import at a line that is no session, and says which', async (test) => {
    if (suite.lacks(test, 'sharing')) return
    const record = makeRecord({ owner: 'dora' })
    const next = makeRecord({ owner: 'dora' })
    const lines = [record, { ...next, rev: -1 }, next].map((each) => JSON.stringify(each))
    const input = lines.join('\n\n')
    const { code, err } = await run(['import'], { input })
    assert.equal(code, 1)
    assert.match(err, /^Line 3 failed; 1 sessions are imported.*\nThis is no session/)
    assert.match(err, /a second import brings back who has logged out/)
    assert.deepEqual(await suite.backend.owned('dora'), [record])
    await suite.backend.remove(record.id)
  })

  it('ends all sessions, also those that a backup of the store brings back', async (test) => {
    if (suite.lacks(test, 'sharing')) return
    const browser = (await openSite(test, suite)).open()
    const stored = await suite.started(browser.login)
    const kept = browser.copy()
    await browser.post('/logout')
    assert.equal(await kept.me(), 401)
    await suite.backend.insert(stored)
    assert.equal((await kept.me()).user, 'alice', 'as SECURITY.md says')
    const { code, err } = await run(['revoke', '--all'])
    assert.equal(code, 0, err)
    assert.equal(await kept.me(), 401)
    await suite.backend.remove(stored.id)
    await suite.backend.insert(stored)
    assert.equal(await kept.me(), 401, 'by an older backup, too')
  })

  it('ends quietly when nobody reads on, as with head', async (test) => {
    if (suite.lacks(test, 'sharing') || suite.lacks(test, 'scan')) return
    // More than a store gives at once, so that there is more to write when nobody reads.
    for (let round = 0; round < 30; round++) {
      const some = Array.from({ length: 20 }, () => makeRecord({ data: begunNow() }))
      await Promise.all(some.map(suite.backend.insert))
    }
    const { code, err } = await run(['export'], { leaves: true })
    assert.equal(code, 0, err)
    assert.doesNotMatch(err, /EPIPE|Error/)
  })
})
