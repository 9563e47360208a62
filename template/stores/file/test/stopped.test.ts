import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { createLocks } from '../src/session/file-lock.ts'
import { writeRecord } from '../src/session/record-file.ts'
import { openBackend } from '../src/session/store.ts'
import { makeRecord } from './record.ts'

const longAgo = new Date(Date.now() - 60_000)
const addressOf = (module: string) => JSON.stringify(new URL(module, import.meta.url).href)

// A process that stops itself, lock in hand, with its draft written or with nothing done yet.
const stopsWith = (file: string, isDrafted: boolean) => `
  import { rename, writeFile } from 'node:fs/promises'
  import { join } from 'node:path'
  import { createLocks } from ${addressOf('../src/session/file-lock.ts')}
  import { isThere, readRecord, writeRecord } from ${addressOf('../src/session/record-file.ts')}
  const file = ${JSON.stringify(file)}
  const stop = () => {
    console.log('stops')
    process.kill(process.pid, 'SIGSTOP')
  }
  let runs = 0
  await createLocks(2000)(file, async (own) => {
    const kept = await readRecord(file)
    if (++runs > 1) return console.log('ran again and found', kept?.data)
    const draft = join(own, 'draft')
    if (${isDrafted}) await writeFile(draft, JSON.stringify({ ...kept, data: 'by the stopped' }))
    stop()
    if (${isDrafted}) await rename(draft, file)
    else await writeRecord(file, { ...kept, data: 'by the stopped' }, draft)
    console.log('has written')
  })
`

async function runStopped(test: TestContext, file: string, isDrafted: boolean) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', stopsWith(file, isDrafted)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  test.after(() => child.kill('SIGKILL'))
  const ended = once(child, 'close')
  let said = ''
  child.stdout.on('data', (chunk) => {
    said += chunk
  })
  while (!said.includes('stops')) await pause(10)
  await pause(50)
  await utimes(`${file}.lock`, longAgo, longAgo)
  return async () => {
    child.kill('SIGCONT')
    await ended
    return said
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
      await createLocks(1000)(file, (own) =>
        writeRecord(file, { ...record, data: 'by the other' }, join(own, 'draft')),
      )
      assert.match(await goOn(), /^stops\nran again and found by the other\n$/)
      assert.equal(JSON.parse(await readFile(file, 'utf8')).data, 'by the other')
      assert.equal(existsSync(`${file}.lock`), false)
    })
  }

  it('brings back nothing after a logout, also while others hold the lock', async (test) => {
    const store = { prefix: 'sess:', absoluteMs: 60_000, timeoutMs: 1000, onError() {} }
    const backend = await openBackend(`file:${folder}`, store)
    test.after(backend.close)
    const record = makeRecord({ owner: 'stopped' })
    await backend.insert(record)
    const file = join(folder, 'sess', record.id)
    const goOn = await runStopped(test, file, true)
    await backend.remove(record.id)
    let said: Promise<string> | undefined
    await createLocks(1000)(file, async (own) => {
      said = goOn()
      await pause(300)
      await writeFile(join(own, 'draft'), '')
      assert.equal(await backend.read(record.id), null)
    })
    assert.match((await said) ?? '', /ran again and found undefined\n$/)
    assert.equal(await backend.read(record.id), null)
    assert.deepEqual(await backend.owned('stopped'), [])
  })
})
