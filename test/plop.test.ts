import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { runCommand, temporaryFolder } from './command.ts'

describe('npx plop app', () => {
  it('makes the same app from the same answers', async (t) => {
    const cwd = join(import.meta.dirname, '..')
    const target = join(temporaryFolder(t), 'shop')
    const plop = join(cwd, 'node_modules/plop/bin/plop.js')
    const answers = [target, 'sqlite', '2h', '1d', 'yes']
    const { code, out, err } = await runCommand(process.execPath, [plop, 'app', ...answers], {
      cwd,
    })
    assert.equal(code, 0, out + err)
    assert.match(readFileSync(join(target, '.env'), 'utf8'), /^SESSION_IDLE_SECONDS=7200$/m)
  })
})
