import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { after, before, describe, it, type TestContext } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
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
    const wrong = [[], ['revoke'], ['revoke', 'alice', 'bob'], ['list', 'alice'], ['constructor']]
    for (const { code, err } of await Promise.all(wrong.map((args) => run(args)))) {
      assert.equal(code, 1)
      assert.match(err, /revoke <user>/)
    }
  })

  it('refuses where sessions are in the memory of the app, and there alone', async () => {
    const isPrivate = suite.backend.isPrivate === true
    const look = [['list'], ['sweep'], ['export'], ['import']]
    const asked = isPrivate ? look : [['revoke', 'alice']]
    for (const { code, err } of await Promise.all(asked.map((args) => run(args)))) {
      assert.equal(code, isPrivate ? 1 : 0, err)
      assert.equal(err.includes('in the memory of the app'), isPrivate)
    }
  })

  it('ends the sessions of a user', async (test) => {
    if (suite.lacks(test, 'sharing')) return
    await suite.backend.insert(makeRecord({ owner: 'carol' }))
    const { code, err } = await run(['revoke', 'carol'])
    assert.deepEqual([code, err.trim()], [0, 'Ended 1 sessions of "carol".'])
    assert.deepEqual(await suite.backend.owned('carol'), [])
  })

  it('says when there is nobody whose sessions it could end', async () => {
    const { code, err } = await run(['revoke', 'nobody'])
    assert.deepEqual([code, err.trim()], [1, 'There is no user "nobody"'])
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
    const env = another()
    assert.equal((await run(['init'], { env })).code, 0)
    // What npm run says goes to the same file.
    const input = `\n> app@0.1.0 sessions\r\n> node src/cli/sessions.ts export\r\n\r\n${exported.out}\n \n`
    assert.equal((await run(['import'], { env, input })).err.trim(), 'Imported 1 sessions.')
    assert.equal((await run(['import'], { env, input })).err.trim(), 'Imported 0 sessions.')
    assert.match((await run(['list'], { env })).out, /^\d{4}-\d\d-\d\dT[\d:.]+Z {2}alice\n$/)
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
    assert.match(err, /^Line 3 failed; of those before it, 1 sessions are imported\.\n.*no session/)
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
    const { code, err } = await run(['revoke-all'])
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

describe('a line of an export', () => {
  let suite: Suite
  before(async () => {
    suite = await startSuite()
  })
  after(() => suite.stop())

  let runs = 0

  /** Runs the command in this process, which is faster for many runs; returns what it says. */
  async function run(test: TestContext, command: string, input = ''): Promise<string> {
    const said: unknown[] = []
    const say = (text: unknown) => void said.push(text)
    const { argv, env, exitCode, stdout } = process
    const listeners = stdout.listeners('error')
    const stdin = Object.getOwnPropertyDescriptor(process, 'stdin') ?? {}
    const { mock: out } = test.mock.method(console, 'log', say)
    const { mock: err } = test.mock.method(console, 'error', say)
    try {
      Object.assign(process, {
        argv: [process.execPath, file, command],
        env: { ...env, ...suite.env },
      })
      Object.defineProperty(process, 'stdin', { ...stdin, get: () => Readable.from([input]) })
      await import(`${pathToFileURL(file)}?${runs++}`)
      return said.join('\n')
    } finally {
      Object.assign(process, { argv, env, exitCode })
      Object.defineProperty(process, 'stdin', stdin)
      const added = stdout.listeners('error').filter((each) => !listeners.includes(each))
      for (const each of added) stdout.off('error', each as () => void)
      out.restore()
      err.restore()
    }
  }

  it('is a session, or is not taken', async (test) => {
    if (suite.lacks(test, 'sharing')) return
    const record = makeRecord()
    const good = JSON.stringify({ ...record, other: 1 })
    assert.equal(await run(test, 'import', good), 'Imported 1 sessions.')
    assert.deepEqual(await suite.backend.read(record.id), record)
    const wrong = [
      { id: [record.id] },
      { id: record.id.toUpperCase() },
      { owner: 1 },
      { rev: -1 },
      { rev: 1e10 },
      { expires: 0.5 },
      { expires: 8.64e15 },
      { data: 'é'.repeat(175_001) },
      { data: undefined },
    ].map((each) => JSON.stringify({ ...record, ...each }))
    for (const line of [...wrong, 'null', '[]', '{"id":']) {
      assert.match(await run(test, 'import', line), /^Line 1 failed/, line.slice(0, 200))
    }
  })

  it('is listed also when its end is no date', async (test) => {
    if (suite.lacks(test, 'sharing') || suite.lacks(test, 'scan')) return
    const data = JSON.stringify({ created: Date.now(), fields: {} })
    const near = makeRecord({ data })
    await suite.backend.insert(near)
    const far = makeRecord({ expires: Number.MAX_SAFE_INTEGER, data })
    // Some servers have no such end: they refuse it, or take it for one that is over.
    await suite.backend.insert(far).catch(() => {})
    const isKept = (await suite.backend.read(far.id)) !== null
    const list = await run(test, 'list')
    assert.equal(/^unreadable end {12}-$/m.test(list), isKept, list)
    assert.match(list, /^\d{4}-\d\d-\d\dT[\d:.]+Z {2}-$/m)
  })
})
