import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { listing, runSource, temporaryFolder } from '../command.ts'
import { keys, openTerminal } from './terminal.ts'

async function appOf(t: TestContext): Promise<string> {
  const cwd = temporaryFolder(t)
  const args = ['shop', '--store', 'redis', '--no-install', '--no-git']
  assert.equal((await runSource(args, { cwd })).code, 0)
  return join(cwd, 'shop')
}

function projectOf(t: TestContext): string {
  const cwd = join(temporaryFolder(t), 'project')
  mkdirSync(cwd)
  writeFileSync(join(cwd, 'package.json'), '{ "dependencies": { "express": "5.3.0" } }')
  writeFileSync(join(cwd, 'app.js'), '')
  return cwd
}

const commands: ['switch' | 'add', (t: TestContext) => string | Promise<string>][] = [
  ['switch', appOf],
  ['add', projectOf],
]

describe('a command in a folder that is there, at a terminal', { concurrency: 2 }, () => {
  for (const [command, folderOf] of commands) {
    it(`asks for the store, and says what does the same again: ${command}`, async (t) => {
      const cwd = await folderOf(t)
      const terminal = openTerminal([command, '--no-install'], { cwd })
      await terminal.sees(/Where sessions .*\(--store\)/)
      terminal.type(keys.down.repeat(20) + keys.enter)
      assert.equal(await terminal.ended, 0, terminal.text())
      const [, store = ''] =
        /The same again: npx create-sess-app@\S+ (?:switch|add) \. --store (\w+) --no-install/.exec(
          terminal.text(),
        ) ?? []
      const again = await runSource([command, '--store', store, '-n', '--json'], { cwd })
      assert.match(readFileSync(join(cwd, 'package.json'), 'utf8'), /"express-session"/)
      const { files } = JSON.parse(again.out)
      assert.deepEqual(
        files.filter(({ what }: { what: string }) => what !== 'same'),
        [],
      )
    })

    it(`changes nothing after a Ctrl-C: ${command}`, async (t) => {
      const cwd = await folderOf(t)
      const before = listing(cwd)
      const manifest = readFileSync(join(cwd, 'package.json'), 'utf8')
      const terminal = openTerminal([command], { cwd })
      await terminal.sees(/--store/)
      terminal.type(keys.enter)
      await terminal.sees(/--no-install/)
      terminal.type(keys.stop)
      assert.equal(await terminal.ended, 130)
      assert.deepEqual(listing(cwd), before)
      assert.equal(readFileSync(join(cwd, 'package.json'), 'utf8'), manifest)
    })

    it(`refuses a wrong folder before it asks: ${command}`, async (t) => {
      const terminal = openTerminal([command], { cwd: temporaryFolder(t) })
      assert.equal(await terminal.ended, 2)
      assert.doesNotMatch(terminal.text(), /--store/)
    })
  }
})
