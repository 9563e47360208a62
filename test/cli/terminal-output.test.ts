import assert from 'node:assert/strict'
import { chmodSync, existsSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { listing, runSource, temporaryFolder } from '../command.ts'
import { openTerminal } from './terminal.ts'

const filesOnly = ['--no-install', '--no-git']
const esc = '\u001b'
const paint = new RegExp(`${esc}\\[[0-9;]*m`)

/** An environment whose npm does what it is told here. */
function withNpm(t: TestContext, script: string): NodeJS.ProcessEnv {
  const folder = temporaryFolder(t)
  const npm = join(folder, 'npm')
  writeFileSync(npm, `#!/bin/sh\n${script}\n`)
  chmodSync(npm, 0o755)
  return { PATH: folder + delimiter + process.env.PATH }
}

describe('what is printed at a terminal', { concurrency: 2 }, () => {
  it('is in colour, with an address to click', async (t) => {
    const cwd = temporaryFolder(t)
    const terminal = openTerminal(['--yes', ...filesOnly], { cwd })
    assert.equal(await terminal.ended, 0)
    assert.match(terminal.raw(), paint)
    assert.ok(terminal.raw().includes(`${esc}]8;;http://localhost:3000`))
  })

  for (const [how, args, env] of [
    ['NO_COLOR', [], { NO_COLOR: '1' }],
    ['--no-color', ['--no-color'], {}],
    ['--no-color in spite of FORCE_COLOR', ['--no-color'], { FORCE_COLOR: '1' }],
    ['TERM=dumb', [], { TERM: 'dumb' }],
  ] as const) {
    it(`has no escape codes: ${how}`, async (t) => {
      const cwd = temporaryFolder(t)
      const both = { ...withNpm(t, 'exit 0'), ...env }
      const terminal = openTerminal(['--yes', '--no-git', ...args], { cwd, env: both })
      assert.equal(await terminal.ended, 0, terminal.text())
      assert.equal(terminal.raw().includes(esc), false, JSON.stringify(terminal.raw()))
    })
  }

  it('asks without colour where there is NO_COLOR', async (t) => {
    const cwd = temporaryFolder(t)
    const terminal = openTerminal([], { cwd, env: { NO_COLOR: '1' } })
    await terminal.sees(/Folder of the app/)
    terminal.type('\u0003')
    assert.equal(await terminal.ended, 130)
    assert.doesNotMatch(terminal.raw(), paint)
  })

  it('asks nothing where CI is set', async (t) => {
    const cwd = temporaryFolder(t)
    const terminal = openTerminal(filesOnly, { cwd, env: { CI: '1' } })
    assert.equal(await terminal.ended, 0)
    assert.match(terminal.text(), /Defaults taken/)
    assert.ok(existsSync(join(cwd, 'my-app/package.json')))
  })

  it('shows that an install goes on, and for how many seconds', async (t) => {
    const cwd = temporaryFolder(t)
    const terminal = openTerminal(['--yes', '--no-git'], { cwd, env: withNpm(t, 'sleep 1.6') })
    await terminal.sees(/Installing the dependencies.*0 s/)
    await terminal.sees(/Installing the dependencies.*1 s/)
    await terminal.sees(/Installed the dependencies/)
    assert.equal(await terminal.ended, 0)
  })

  it('tells the last lines of an install that fails, and the command to type', async (t) => {
    const cwd = temporaryFolder(t)
    const npm = 'for line in $(seq 100); do echo "line $line"; done; echo broken >&2; exit 1'
    const terminal = openTerminal(['--yes', '--no-git'], { cwd, env: withNpm(t, npm) })
    assert.equal(await terminal.ended, 5)
    assert.match(terminal.text(), /line 99\r?\n[\s\S]*broken/)
    assert.doesNotMatch(terminal.text(), /line 50\r?\n/)
    assert.match(terminal.text(), /Run it again: cd my-app && npm install/)
  })

  it('is that the files stay, after a Ctrl-C during the install', async (t) => {
    const cwd = temporaryFolder(t)
    const env = withNpm(t, 'exec sleep 60')
    const terminal = openTerminal(['--yes', '--no-git'], { cwd, env })
    await terminal.sees(/Installing the dependencies/)
    terminal.type('\u0003')
    assert.equal(await terminal.ended, 130)
    assert.match(
      terminal.text(),
      /\rInterrupted: the files in my-app stay.*The password of dev is \S+\./,
    )
    assert.ok(listing(cwd).includes(join('my-app', 'package.json')))
  })
})

describe('what is printed elsewhere', () => {
  it('is in colour only where FORCE_COLOR is set', async (t) => {
    const cwd = temporaryFolder(t)
    const { NO_COLOR: _no, FORCE_COLOR: _force, ...env } = process.env
    const plain = await runSource(['one', ...filesOnly], { cwd, env })
    assert.equal(plain.out.includes(esc), false)
    const forced = await runSource(['two', ...filesOnly], {
      cwd,
      env: { ...env, FORCE_COLOR: '1' },
    })
    assert.match(forced.out, paint)
  })
})
