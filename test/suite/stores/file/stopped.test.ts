import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import { createLocks } from '../../../src/session/backend/file-lock.ts'
import { openBackend } from '../../../src/session/backend/index.ts'
import { writeRecord } from '../../../src/session/backend/record-file.ts'
import { makeRecord } from '../conformance/record.ts'
import { waitForQueued } from './queued.ts'

const longAgo = new Date(Date.now() - 60_000)
const addressOf = (module: string) => JSON.stringify(new URL(module, import.meta.url).href)

// A process that waits to be stopped, lock in hand, with its draft written or with nothing done yet.
const stopsWith = (file: string, isDrafted: boolean) => `
  import { once } from 'node:events'
  import { rename, writeFile } from 'node:fs/promises'
  import { join } from 'node:path'
  import { createLocks } from ${addressOf('../../../src/session/backend/file-lock.ts')}
  import { readRecord, writeRecord } from ${addressOf('../../../src/session/backend/record-file.ts')}
  const file = ${JSON.stringify(file)}
  const stop = async () => {
    console.log('stops')
    await once(process.stdin, 'end')
  }
  process.stdin.resume()
  let runs = 0
  await createLocks(60_000)(file, async (own) => {
    const kept = await readRecord(file)
    if (++runs > 1) return console.log('ran again and found', kept?.data)
    const draft = join(own, 'draft')
    if (${isDrafted}) await writeFile(draft, JSON.stringify({ ...kept, data: 'by the stopped' }))
    await stop()
    if (${isDrafted}) await rename(draft, file)
    else await writeRecord(file, { ...kept, data: 'by the stopped' }, draft)
    console.log('has written')
  })
`

async function runStopped(test: TestContext, file: string, isDrafted: boolean) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', stopsWith(file, isDrafted)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  test.after(() => child.kill('SIGKILL'))
  const ended = once(child, 'close')
  let output = ''
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      output += chunk
      if (output.includes('stops')) resolve()
    })
    child.on('close', () => reject(new Error(`It ended: ${output}`)))
  })
  child.kill('SIGSTOP')
  await utimes(`${file}.lock`, longAgo, longAgo)
  return async () => {
    child.stdin.end()
    child.kill('SIGCONT')
    await ended
    return output
  }
}

const options = { skip: process.platform === 'win32' && 'Windows stops no process' }

describe('a process that was stopped while it held a lock', options, () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stopped-'))
  })
  after(() => rm(folder, { recursive: true }))

  for (const isDrafted of [true, false]) {
    const when = isDrafted ? 'its draft is written' : 'it wrote no draft yet'
    it(`writes nothing, and looks again, when ${when}`, async (test) => {
      const record = makeRecord()
      const file = join(folder, record.id)
      await writeRecord(file, record)
      const goOn = await runStopped(test, file, isDrafted)
      await createLocks(10_000)(file, (own) =>
        writeRecord(file, { ...record, data: 'by the other' }, join(own, 'draft')),
      )
      assert.match(await goOn(), /^stops\nran again and found by the other\n$/)
      assert.equal(JSON.parse(await readFile(file, 'utf8')).data, 'by the other')
      assert.equal(existsSync(`${file}.lock`), false)
    })
  }

  it('brings back nothing after a logout, also while others hold the lock', async (test) => {
    const store = { prefix: 'sess:', absoluteMs: 60_000, timeoutMs: 10_000, onError() {} }
    const backend = await openBackend(`file:${folder}`, store)
    test.after(backend.close)
    const record = makeRecord({ owner: 'stopped' })
    await backend.insert(record)
    const file = join(folder, 'sess', record.id)
    const goOn = await runStopped(test, file, true)
    await backend.remove(record.id)
    let output: Promise<string> | undefined
    await createLocks(10_000)(file, async (own) => {
      output = goOn()
      await waitForQueued(file)
      await writeFile(join(own, 'draft'), '')
      assert.equal(await backend.read(record.id), null)
    })
    assert.match((await output) ?? '', /ran again and found undefined\n$/)
    assert.equal(await backend.read(record.id), null)
    assert.deepEqual(await backend.owned('stopped'), [])
  })
})
