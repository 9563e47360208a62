import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type EmittedApp, emitApp } from './emitted-app.ts'
import { addUser, openVisitor, readAddresses } from './running-app.ts'

const alice = { username: 'alice', password: 'marble thistle under 19' }
const saves = [1, 2, 3, 4, 5]

describe('npm run dev in an emitted app', () => {
  let emitted: EmittedApp
  let child: ChildProcess
  let addresses: ReturnType<typeof readAddresses>
  const visitor = openVisitor()

  /** Resolves when the app has said again where it listens. */
  const nextStart = async () => ({ address: (await addresses.next()).value })

  before(async () => {
    emitted = await emitApp('dev', 'sqlite')
    await addUser(emitted, alice)
    child = spawn('npm', ['run', 'dev'], {
      cwd: emitted.folder,
      env: { ...process.env, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    })
    addresses = readAddresses(child.stdout ?? assert.fail())
  })

  async function end() {
    if (child.exitCode !== null || child.signalCode !== null) return
    const closed = once(child, 'close')
    // As Ctrl-C does. By SIGTERM in the middle of a start, nodemon would leave the app behind.
    process.kill(-Number(child.pid), 'SIGINT')
    await closed
  }

  after(async () => {
    if (child) await end()
    emitted?.remove()
  })

  it('starts the app, which says its address on a line of its own', async () => {
    assert.equal(await visitor.login(await nextStart(), alice), 303)
  })

  for (const number of saves) {
    it(`starts it again at save ${number} of the same file by renaming, and keeps the sessions`, async () => {
      saveByRenaming(join(emitted.folder, 'src/routes/home.ts'), `\n// Save ${number}\n`)
      assert.equal(await visitor.whoAmI(await nextStart()), alice.username)
    })
  }

  it('has started it no more often than it was saved', async () => {
    await end()
    await assert.rejects(nextStart(), /The app has ended/)
  })
})

/** Saves a file with a text more at its end, as vim does: a new file takes the name of the old. */
function saveByRenaming(path: string, added: string) {
  const beside = `${path}~`
  writeFileSync(beside, readFileSync(path, 'utf8') + added)
  renameSync(beside, path)
}
