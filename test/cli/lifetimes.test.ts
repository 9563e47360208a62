import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { runSource, temporaryFolder } from '../command.ts'

// What is typed, and the seconds without use and in all that come of it.
const lifetimes: [string[], string, string][] = [
  [[], '1800', '43200'],
  [['--lifetime', '5m'], '300', '43200'],
  [['--lifetime', '1d'], '86400', '86400'],
  [['--max-lifetime', '10m'], '600', '600'],
  [['--lifetime', '1h', '--max-lifetime', '2h'], '3600', '7200'],
]

describe('the lifetimes of sessions', { concurrency: 4 }, () => {
  for (const [args, idle, absolute] of lifetimes) {
    const typed = args.join(' ') || 'nothing said'
    it(`are ${idle} seconds without use and ${absolute} in all: ${typed}`, async (t) => {
      const cwd = temporaryFolder(t)
      const { code, err } = await runSource([...args, '--no-install', '--no-git'], { cwd })
      assert.equal(code, 0, err)
      const env = readFileSync(join(cwd, 'my-app/.env'), 'utf8')
      assert.match(env, new RegExp(`^SESSION_IDLE_SECONDS=${idle}$`, 'm'))
      assert.match(env, new RegExp(`^SESSION_ABSOLUTE_SECONDS=${absolute}$`, 'm'))
      const security = readFileSync(join(cwd, 'my-app/SECURITY.md'), 'utf8')
      for (const seconds of [idle, absolute]) {
        assert.match(security, new RegExp(`\\b${seconds} seconds\\b`))
      }
    })
  }

  it('are part of the command that makes the same again', async (t) => {
    const cwd = temporaryFolder(t)
    const { out } = await runSource(['--lifetime=15m', '--no-install', '--no-git'], { cwd })
    const [, again = ''] = /The same again: npx create-sess-app@\S+ (.*)/.exec(out) ?? []
    assert.match(again, /--lifetime 15m --max-lifetime 12h/)
    assert.match(out, /^ {2}max-lifetime +12h +--max-lifetime <time>$/m)
  })
})
