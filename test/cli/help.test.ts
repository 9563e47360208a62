import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { runSource, temporaryFolder } from '../command.ts'

describe('--help', { concurrency: 3 }, () => {
  for (const command of [[], ['switch'], ['add']]) {
    it(`is that of the command: ${command.join() || 'an app'}`, async (t) => {
      const cwd = temporaryFolder(t)
      const { code, out } = await runSource([...command, '-h'], { cwd })
      assert.equal(code, 0)
      for (const again of [[], ['--help'], ['-h']]) {
        assert.equal((await runSource(['help', ...command, ...again], { cwd })).out, out)
      }
      const usage = ['npx create-sess-app', ...command, '[dir] [options]'].join(' ')
      assert.ok(out.includes(`Usage: ${usage}\n`), out)
      for (const exitCode of [0, 1, 2, 3, 4, 5, 130]) {
        assert.match(out, new RegExp(`^ {2}${exitCode} +\\w`, 'm'))
      }
      for (const line of out.split('\n')) assert.ok(line.length <= 110, line)
    })
  }
})
