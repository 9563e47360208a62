import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { after, before, describe, it, type TestContext } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { makeRecord } from './record.ts'
import { type Suite, startSuite } from './suite.ts'

const file = fileURLToPath(new URL('../../../src/cli/sessions.ts', import.meta.url))

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

  it('is written only for a session that import takes, and the others are counted', async (test) => {
    if (suite.lacks(test, 'sharing') || suite.lacks(test, 'scan')) return
    const data = JSON.stringify({ created: Date.now(), fields: {} })
    const good = makeRecord({ data })
    const damaged = makeRecord({ data: '{"created":' })
    const endless = makeRecord({ expires: Number.MAX_SAFE_INTEGER, data })
    await suite.backend.insert(good)
    await suite.backend.insert(damaged)
    // Some servers have no such end: they refuse it, or take it for one that is over.
    await suite.backend.insert(endless).catch(() => {})
    const isKept = (await suite.backend.read(endless.id)) !== null
    const said = await run(test, 'export')
    const lines = said.split('\n').filter((line) => line.startsWith('{'))
    const ids = lines.map((line) => JSON.parse(line).id)
    const wrong = [damaged.id, endless.id]
    assert.ok(ids.includes(good.id) && !ids.some((id) => wrong.includes(id)), said)
    assert.match(said, new RegExp(`Left out ${isKept ? 2 : 1} that cannot be read\\.`))
    assert.match(await run(test, 'import', lines.join('\n')), /^Imported 0 sessions/)
    for (const { id } of [good, damaged, endless]) await suite.backend.remove(id)
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
    assert.equal(/ {2}unreadable {14} {2}-$/m.test(list), isKept, list)
    assert.match(list, /^[0-9a-f]{32}( {2}\d{4}-\d\d-\d\dT[\d:.]+Z){2} {2}-$/m)
  })
})
