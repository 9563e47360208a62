import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { unifiedDiff } from '../../cli/report.ts'
import { runCommand, temporaryFolder } from '../command.ts'

const lines = (...numbers: number[]) => numbers.map((number) => `line ${number}\n`).join('')
const ten = lines(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)

const cases: [string, string, string][] = [
  ['a line in the middle', ten, ten.replace('5', 'five')],
  ['the first and the last', ten, ten.replace('line 1\n', '').replace('10', 'ten')],
  ['two far apart', ten + ten + ten, `new\n${ten}${ten}${ten}new\n`],
  ['two near', ten, ten.replace('3', 'three').replace('8', 'eight')],
  ['all', ten, 'other\n'],
  ['nothing there', '', ten],
  ['nothing left', ten, ''],
  ['no end of the last line', ten, ten.trimEnd()],
  ['an end of the last line', ten.trimEnd(), ten],
  ['ends of lines of Windows', ten.replaceAll('\n', '\r\n'), ten],
  ['lines that begin as a diff does', '-- a\n++ b\n', '-- a\n++ c\n'],
]

describe('a diff', { concurrency: 4 }, () => {
  for (const [what, from, to] of cases) {
    it(`makes the one text of the other when git applies it: ${what}`, async (t) => {
      const cwd = temporaryFolder(t)
      writeFileSync(join(cwd, 'file'), from)
      writeFileSync(join(cwd, 'diff'), `--- a/file\n+++ b/file\n${unifiedDiff(from, to)}`)
      const args = ['apply', '--whitespace=nowarn', 'diff']
      const { code, err } = await runCommand('git', args, { cwd })
      assert.equal(code, 0, err)
      assert.equal(readFileSync(join(cwd, 'file'), 'utf8'), to)
    })
  }

  it('has three lines around each change, and no more', () => {
    const diff = unifiedDiff(ten, ten.replace('5', 'five'))
    assert.equal(
      diff,
      '@@ -2,7 +2,7 @@\n line 2\n line 3\n line 4\n-line 5\n+line five\n line 6\n line 7\n line 8\n',
    )
  })

  it('is nothing where nothing differs', () => {
    assert.equal(unifiedDiff(ten, ten), '')
  })
})
