import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Outcome } from '../outcomes.ts'
import { formatPage } from './page.ts'
import { findChanges, findProblems } from './problems.ts'
import { collectProofs } from './proof.ts'
import type { Requirement } from './requirement.ts'

const kept: Requirement = { id: 'ASVS 7.4.1', level: 1, text: 'It ends.', where: ['src/end.ts'] }

function ran(sentence: string, passed = true): Outcome {
  return { file: 'test/suite/security/logout.test.ts', sentence, passed, skipped: false, notes: [] }
}

/** What is said of some requirements and tests, where `src/end.ts` is there. */
function problemsOf(requirements: Requirement[], outcomes: Outcome[]): string[] {
  return findProblems(requirements, outcomes, (path) => path === 'src/end.ts')
}

describe('the list of requirements', () => {
  it('has no problem when each has a test that passes, or a reason', () => {
    const beside = { id: 'SM-1', text: 'Another.', na: 'there is none' }
    assert.deepEqual(problemsOf([kept, beside], [ran('it is dead [7.4.1]')]), [])
  })

  for (const [name, requirements, outcomes, sentence] of [
    ['neither a test nor a reason', [kept], [], /^ASVS 7\.4\.1 has neither a test that passes/],
    ['a test that fails', [kept], [ran('it is dead [ASVS 7.4.1]', false)], /does not pass/],
    [
      'both a test and a reason',
      [{ ...kept, na: 'no' }],
      [ran('it is [7.4.1]')],
      /and a reason to/,
    ],
    [
      'a file that is not there',
      [{ ...kept, where: ['src/no.ts'] }],
      [ran('it [7.4.1]')],
      /no such/,
    ],
    ['no file', [{ ...kept, where: [] }], [ran('it [7.4.1]')], /it is not said where/],
    [
      'an id that nobody knows',
      [kept],
      [ran('it [ASVS 7.4.1, 7.4.9]')],
      /names ASVS 7\.4\.9, which/,
    ],
    ['two of one id', [kept, kept], [ran('it [7.4.1]')], /twice/],
  ] as [string, Requirement[], Outcome[], RegExp][]) {
    it(`has a problem, told in a sentence, with ${name}`, () => {
      assert.match(problemsOf(requirements, outcomes).join('\n'), sentence)
    })
  }
})

describe('the page', () => {
  const chapter = { title: 'V7', requirements: [kept] }
  const pageOf = (...sentences: string[]) =>
    formatPage([chapter], collectProofs(sentences.map((sentence) => ran(sentence))))

  it('names the tests that passed and their files, without the ids', () => {
    const page = pageOf('a session is dead [ASVS 7.4.1]', 'a cookie too [7.4.1, SM-2]')
    assert.match(page, /\| ASVS 7\.4\.1 \| L1 \| It ends\. \| `src\/end\.ts` \|/)
    assert.match(page, /`logout\.test\.ts`: a session is dead<br>· a cookie too \|/)
  })

  it('does not name a test that failed', () => {
    const failed = collectProofs([ran('a session is dead [ASVS 7.4.1]', false)])
    assert.doesNotMatch(formatPage([chapter], failed), /is dead/)
  })

  it('has changed, by the lines, when a test has another title', () => {
    const changes = findChanges(pageOf('it is dead [7.4.1]'), pageOf('it is quite dead [7.4.1]'))
    assert.match(changes.join('\n'), /^page: .*it is dead.*\nhere: .*it is quite dead/)
    assert.deepEqual(findChanges(pageOf('it [7.4.1]'), pageOf('it [7.4.1]')), [])
    assert.deepEqual(findChanges('a\nb', 'b\na'), ['The same lines, in another order.'])
  })
})
