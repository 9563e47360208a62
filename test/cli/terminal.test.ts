import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { listing, runCommand, temporaryFolder } from '../command.ts'
import { commandIn, keys, openTerminal, type Terminal } from './terminal.ts'

const filesOnly = ['--no-install', '--no-git']

// What is asked, in this order, when each is chosen; and the keys that answer.
const prompts: [string, RegExp, string][] = [
  ['the folder', /Folder of the app.*\(\[dir\]\)/, `shop${keys.enter}`],
  ['the store', /Where sessions live \(--store\)/, keys.down + keys.enter],
  ['the rest', /All other settings \(--yes/, keys.down + keys.enter],
  ['what is in it', /quickstart alone.*\(--minimal\)/, 'n'],
  ['the lifetime', /without a request \(--lifetime\)/, `5m${keys.enter}`],
  ['the greatest lifetime', /whatever happens \(--max-lifetime\)/, keys.enter],
  ['the cookie', /cookie.*\(--permanent\)/, 'y'],
  ['the package manager', /Package manager.*\(--package-manager\)/, keys.enter],
  ['the install', /Install the dependencies \(--no-install/, 'n'],
  ['the repository', /git repository.*\(--no-git/, 'n'],
]

async function answer(terminal: Terminal, count = prompts.length): Promise<void> {
  for (const [, question, reply] of prompts.slice(0, count)) {
    await terminal.sees(question)
    terminal.type(reply)
  }
}

/** What is in a folder, by path; secrets are only there. */
function contents(folder: string): Map<string, string> {
  const files = listing(folder).filter((path) => statSync(join(folder, path)).isFile())
  return new Map(
    files.map((path) => {
      const isSecret = path === '.env' || path.startsWith('data')
      return [path, isSecret ? 'secret' : readFileSync(join(folder, path), 'utf8')]
    }),
  )
}

describe('at a terminal', { concurrency: 2 }, () => {
  it('all is asked, and the answers make what the command printed at the end makes', async (t) => {
    const cwd = temporaryFolder(t)
    const terminal = openTerminal([], { cwd })
    await answer(terminal)
    assert.equal(await terminal.ended, 0, terminal.text())
    const again = commandIn(terminal)
    assert.deepEqual(again.slice(0, 3), ['shop', '--store', 'redis'])
    const other = temporaryFolder(t)
    const main = join(import.meta.dirname, '../../cli/main.ts')
    const { code, err } = await runCommand(process.execPath, [main, ...again], { cwd: other })
    assert.equal(code, 0, err)
    assert.deepEqual(contents(join(cwd, 'shop')), contents(join(other, 'shop')))
    const env = readFileSync(join(other, 'shop/.env'), 'utf8')
    for (const line of ['IDLE_SECONDS=300', 'ABSOLUTE_SECONDS=43200', 'PERMANENT=true']) {
      assert.match(env, new RegExp(`^SESSION_${line}$`, 'm'))
    }
  })

  for (const [at, [name, question]] of prompts.entries()) {
    for (const [keyName, key] of [
      ['Ctrl-C', keys.stop],
      ['Escape', keys.escape],
    ] as const) {
      it(`${keyName} when asked for ${name} leaves nothing and ends with 130`, async (t) => {
        const cwd = temporaryFolder(t)
        const terminal = openTerminal([], { cwd })
        await answer(terminal, at)
        await terminal.sees(question)
        terminal.type(key)
        assert.equal(await terminal.ended, 130)
        assert.match(terminal.text(), /Interrupted: nothing was written/)
        assert.deepEqual(listing(cwd), [])
      })
    }
  }

  it('a closed keyboard, as by Ctrl-D, leaves nothing and ends with 130', async (t) => {
    const cwd = temporaryFolder(t)
    const terminal = openTerminal([], { cwd })
    await answer(terminal, 1)
    await terminal.sees(/Where sessions live/)
    terminal.type(keys.end)
    assert.equal(await terminal.ended, 130)
    assert.match(terminal.text(), /Interrupted: nothing was written/)
    assert.deepEqual(listing(cwd), [])
  })

  it('what is usual can be taken for the rest at once', async (t) => {
    const cwd = temporaryFolder(t)
    const terminal = openTerminal(['shop', '--store', 'memory', ...filesOnly], { cwd })
    await terminal.sees(/Take the defaults: --no-minimal --lifetime 30m --max-lifetime 12h/)
    terminal.type(keys.enter)
    assert.equal(await terminal.ended, 0, terminal.text())
    assert.ok(listing(cwd).includes(join('shop', 'package.json')))
  })

  it('a folder may be called as the answer that takes the rest', async (t) => {
    const cwd = temporaryFolder(t)
    const terminal = openTerminal(filesOnly, { cwd })
    await terminal.sees(/Folder of the app/)
    terminal.type(`defaults${keys.enter}`)
    await terminal.sees(/Where sessions live/)
    terminal.type(keys.stop)
    assert.equal(await terminal.ended, 130)
  })

  it('an answer that cannot be is refused, and may be mended', async (t) => {
    const cwd = temporaryFolder(t)
    const terminal = openTerminal(filesOnly, { cwd })
    await terminal.sees(/Folder of the app/)
    terminal.type(`Shop${keys.enter}`)
    await terminal.sees(/capital letters/)
    terminal.type(`\u007f\u007f\u007f\u007fshop${keys.enter}`)
    await terminal.sees(/Where sessions live/)
    terminal.type(keys.stop)
    assert.equal(await terminal.ended, 130)
  })
})
