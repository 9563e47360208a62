import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { listing, temporaryFolder } from '../command.ts'
import { commandIn, keys, openTerminal } from './terminal.ts'

const filesOnly = ['--no-install', '--no-git']

function folderWithFiles(t: TestContext): string {
  const cwd = temporaryFolder(t)
  mkdirSync(join(cwd, 'full'))
  writeFileSync(join(cwd, 'full/README.md'), 'mine\n')
  return cwd
}

describe('a folder with files, at a terminal', { concurrency: 2 }, () => {
  it('is asked about, with the flag, and another can be chosen', async (t) => {
    const cwd = folderWithFiles(t)
    const terminal = openTerminal(['full', '--store', 'memory', ...filesOnly], { cwd })
    await terminal.sees(/holds files.*\(--on-conflict\)[\s\S]*choose another folder/)
    terminal.type(keys.enter)
    await terminal.sees(/Folder of the app/)
    terminal.type(`empty${keys.enter}`)
    await terminal.sees(/All other settings/)
    terminal.type(keys.enter)
    assert.equal(await terminal.ended, 0, terminal.text())
    assert.deepEqual(listing(join(cwd, 'full')), ['README.md'])
    assert.ok(listing(join(cwd, 'empty')).includes('package.json'))
  })

  it('keeps its files when that is chosen, and the command printed says so', async (t) => {
    const cwd = folderWithFiles(t)
    const terminal = openTerminal(['--store', 'memory', ...filesOnly], { cwd })
    await terminal.sees(/Folder of the app/)
    terminal.type(`full${keys.enter}`)
    await terminal.sees(/--on-conflict/)
    terminal.type(keys.down + keys.enter)
    await terminal.sees(/All other settings/)
    terminal.type(keys.enter)
    assert.equal(await terminal.ended, 0, terminal.text())
    assert.equal(readFileSync(join(cwd, 'full/README.md'), 'utf8'), 'mine\n')
    assert.match(terminal.text(), /Kept as they were: README\.md/)
    assert.ok(commandIn(terminal).join(' ').includes('--on-conflict skip'))
  })

  it('is left alone after a Ctrl-C', async (t) => {
    const cwd = folderWithFiles(t)
    const terminal = openTerminal(['full'], { cwd })
    await terminal.sees(/--on-conflict/)
    terminal.type(keys.stop)
    assert.equal(await terminal.ended, 130)
    assert.deepEqual(listing(cwd), ['full', join('full', 'README.md')])
  })

  it('is refused where --yes leaves nothing to ask', async (t) => {
    const cwd = folderWithFiles(t)
    const terminal = openTerminal(['full', '--yes'], { cwd })
    assert.equal(await terminal.ended, 3)
  })
})
