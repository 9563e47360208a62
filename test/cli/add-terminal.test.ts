import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { temporaryFolder } from '../command.ts'
import { writeProject } from '../generators/plain-project.ts'
import { keys, openTerminal } from './terminal.ts'

function openProject(test: TestContext) {
  const manifest = JSON.stringify({ dependencies: { express: '5.3.0' } })
  const cwd = writeProject(temporaryFolder(test), { 'package.json': manifest, 'app.js': '' })
  return { cwd, terminal: openTerminal(['add'], { cwd }) }
}

describe('create-sess-app add, at a terminal', () => {
  it('asks for the store, whatever else is usual, and says what to put where', async (test) => {
    const { cwd, terminal } = openProject(test)
    await terminal.sees(/Where sessions live \(--store\)/)
    terminal.type(keys.enter)
    await terminal.sees(/--no-install/)
    terminal.type('n')
    assert.equal(await terminal.ended, 0, terminal.text())
    assert.match(terminal.text(), /put into app\.js[\s\S]*app\.use\(sessions\.middleware\)/)
    assert.ok(existsSync(join(cwd, 'src/session/sessions.ts')))
  })

  it('leaves nothing behind when it is broken off', async (test) => {
    const { cwd, terminal } = openProject(test)
    await terminal.sees(/--store/)
    terminal.type(keys.stop)
    assert.equal(await terminal.ended, 130)
    assert.ok(!existsSync(join(cwd, 'src')) && !existsSync(join(cwd, '.env')))
  })
})
