import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { findDeviations } from '../generators/app/deviations.ts'
import { runSource, temporaryFolder } from './command.ts'

// What is typed, and the seconds without use and in all that come of it.
const lifetimes: [string[], string, string][] = [
  [[], '1800', '43200'],
  [['--aal', '1'], '86400', '604800'],
  [['--aal', '2'], '1800', '43200'],
  [['--aal', '3'], '900', '28800'],
  [['--aal', '3', '--lifetime', '5m'], '300', '28800'],
  [['--lifetime', '9h', '--aal', '3'], '32400', '32400'],
  [['--aal', '1', '--max-lifetime', '12h'], '43200', '43200'],
  [['--aal', '1', '--lifetime', '1h', '--max-lifetime', '2h'], '3600', '7200'],
]

describe('--aal', { concurrency: 4 }, () => {
  for (const [args, idle, absolute] of lifetimes) {
    const typed = args.join(' ') || 'nothing said'
    it(`gives ${idle} seconds without use and ${absolute} in all: ${typed}`, async (t) => {
      const cwd = temporaryFolder(t)
      const { code, out, err } = await runSource([...args, '--no-install', '--no-git'], { cwd })
      assert.equal(code, 0, err)
      const env = readFileSync(join(cwd, 'my-app/.env'), 'utf8')
      assert.match(env, new RegExp(`^SESSION_IDLE_SECONDS=${idle}$`, 'm'))
      assert.match(env, new RegExp(`^SESSION_ABSOLUTE_SECONDS=${absolute}$`, 'm'))
      const security = readFileSync(join(cwd, 'my-app/SECURITY.md'), 'utf8')
      for (const seconds of [idle, absolute]) {
        assert.match(security, new RegExp(`\\b${seconds} seconds\\b`))
      }
      const level = args.includes('--aal') ? args[args.indexOf('--aal') + 1] : '2'
      assert.match(out, new RegExp(`\\(level ${level};`))
    })
  }

  it('is part of the command that makes the same again', async (t) => {
    const cwd = temporaryFolder(t)
    const args = ['--aal', '3', '--no-install', '--no-git']
    const { out } = await runSource(args, { cwd })
    const [, again = ''] = /The same again: npx create-sess-app@\S+ (.*)/.exec(out) ?? []
    assert.match(again, /--aal 3 --lifetime 15m --max-lifetime 8h/)
    assert.match(out, /^ {2}lifetime +15m +--lifetime <time>$/m)
  })
})

const nist = (limit: string, level: string) =>
  new RegExp(`^NIST SP 800-63B-3, level ${level}, asks for ${limit} at most; here it is`)
const owasp = (limit: string) =>
  new RegExp(`^The OWASP Session .* asks for ${limit} at most; here it is`)
const factor = /second factor/

// Level, lifetimes and cookie that were chosen, and the lines that come of it.
const deviations: [[string, string, string, boolean], RegExp[]][] = [
  [['1', '30m', '8h', false], []],
  [
    ['1', '24h', '7d', false],
    [owasp('30m without use'), owasp('8h in all')],
  ],
  [
    ['1', '30m', '31d', false],
    [nist('30d in all', '1'), owasp('8h in all')],
  ],
  [['2', '30m', '8h', false], [factor]],
  [
    ['2', '30m', '12h', false],
    [owasp('8h in all'), factor],
  ],
  [
    ['2', '31m', '8h', false],
    [nist('30m without use', '2'), owasp('30m without use'), factor],
  ],
  [
    ['2', '10m', '13h', false],
    [nist('12h in all', '2'), owasp('8h in all'), factor],
  ],
  [
    ['2', '10m', '8h', true],
    [factor, /outlive the browser/],
  ],
  [
    ['3', '15m', '8h', false],
    [owasp('5m without use'), factor],
  ],
  [['3', '5m', '8h', false], [factor]],
  [
    ['3', '16m', '8h', false],
    [nist('15m without use', '3'), owasp('5m without use'), factor],
  ],
]

describe('what SECURITY.md says of the lifetimes', () => {
  for (const [chosen, expected] of deviations) {
    const [aal, lifetime, maxLifetime, permanent] = chosen
    it(`is ${expected.length} lines for level ${chosen.join(', ')}`, () => {
      const lines = findDeviations({ aal, lifetime, maxLifetime, permanent })
      assert.equal(lines.length, expected.length, lines.join('\n'))
      for (const [at, line] of lines.entries()) assert.match(line, expected[at] ?? /nothing/)
    })
  }

  it('is that nothing goes beyond, where nothing does', async (t) => {
    const cwd = temporaryFolder(t)
    const args = ['--aal=1', '--lifetime=30m', '--max-lifetime=8h', '--no-install', '--no-git']
    await runSource(args, { cwd })
    const security = readFileSync(join(cwd, 'my-app/SECURITY.md'), 'utf8')
    assert.match(security, /\n- Nowhere\.\n/)
  })
})
