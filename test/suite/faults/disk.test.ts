import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { appendFileSync, rmSync } from 'node:fs'
import { mkdtemp, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { eventually } from '../conformance/clock.ts'
import { openSite } from '../conformance/site.ts'
import { type Suite, startSuite } from '../conformance/suite.ts'
import { addressOn } from '../store/harm.ts'

const run = promisify(execFile)
const timeoutMs = 1000

/** What a disk does, and how it is well again. */
interface Fault {
  begin(folder: string): Promise<unknown>
  end(folder: string): Promise<unknown>
}

const ballast = (folder: string) => join(folder, 'ballast')

/** Writes until there is no room, to the last byte. */
async function fill(folder: string) {
  for (let size = 1 << 16; size >= 1; ) {
    try {
      appendFileSync(ballast(folder), Buffer.alloc(size))
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC')
      size >>= 1
    }
  }
}

const remount = (options: string) => (folder: string) =>
  run('mount', ['-o', `remount,${options}`, folder])

const faults: Record<string, Fault> = {
  'is full': { begin: fill, end: async (folder) => rmSync(ballast(folder), { force: true }) },
  'can only be read': { begin: remount('ro'), end: remount('rw') },
}

/** Mounts a small disk of its own at a new folder; null where that may not be. */
async function mountDisk(): Promise<string | null> {
  const folder = await mkdtemp(join(tmpdir(), 'disk-'))
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder])
    return folder
  } catch {
    await rmdir(folder)
    return null
  }
}

describe('a disk', { skip: typeof addressOn === 'string' && `declared: ${addressOn}` }, () => {
  let folder: string | null
  let suite: Suite
  before(async () => {
    folder = await mountDisk()
    if (folder && typeof addressOn === 'function')
      suite = await startSuite({ url: addressOn(folder) })
  })
  after(async () => {
    await suite?.stop()
    if (!folder) return
    await run('umount', [folder])
    await rmdir(folder)
  })

  for (const [what, fault] of Object.entries(faults)) {
    it(`that ${what} is read from, loses nothing and lets nobody in`, async (test) => {
      if (!folder) return test.skip('declared: only root can mount a disk')
      const env = { SESSION_STORE_TIMEOUT_MS: String(timeoutMs) }
      const backend = await suite.open(test, env)
      const site = await openSite(test, suite, { env, wrap: () => backend })
      const [browser, leaver] = [site.open(), site.open()]
      for (const each of [browser, leaver]) assert.equal((await each.login()).status, 303)
      const left = leaver.copy()
      await browser.post('/api/note', { note: 'from before' })

      const begun = await fault.begin(folder).catch((error: Error) => error.message)
      if (/busy/.test(String(begun))) {
        return test.skip('declared: its file is open, so that its disk stays one to write to')
      }
      test.after(() => fault.end(String(folder)))
      for (let round = 0; round < 15; round++) {
        const note = browser.copy().post('/api/note', { note: 'x'.repeat(5000) })
        const stranger = site.open()
        const [written, entered] = await Promise.all([note, stranger.login()])
        assert.deepEqual([written.status, entered.status], [503, 503])
        assert.equal(stranger.jar.get('id'), undefined)
        assert.equal((await browser.me()).note, 'from before')
      }
      assert.equal((await browser.get('/readyz')).status, 503)
      for (const path of ['/', '/login', '/livez']) {
        assert.equal((await site.open().get(path)).status, 200, path)
      }
      // To remove something takes no room.
      const { status } = await leaver.post('/logout')
      if (status === 303) assert.equal(await left.me(), 401)
      else assert.equal(status, 503)

      await fault.end(folder)
      const began = performance.now()
      const write = async () => (await browser.post('/api/note', { note: 'after' })).status
      await eventually(async () => (await write()) === 200, 'it is written to')
      await eventually(async () => (await site.open().login()).status === 303, 'one can log in')
      await eventually(async () => (await browser.get('/readyz')).status === 200, 'it is ready')
      test.diagnostic(`served again after ${Math.round(performance.now() - began)} ms`)
      test.diagnostic(`slowest answer ${Math.round(browser.answers.slowestMs)} ms`)
      assert.equal((await leaver.post('/logout')).status, 303)
      assert.equal(await left.me(), 401)
      // A record that was written by half would be reported, or be no session.
      for await (const { data } of suite.backend.scan()) assert.ok(JSON.parse(data))
      assert.deepEqual(
        site.events.filter((event) => /corrupt/.test(event)),
        [],
      )
    })
  }
})
