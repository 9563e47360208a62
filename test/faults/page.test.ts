import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Outcome } from '../outcomes.ts'
import { formatPage } from './page.ts'

const sentence = 'a network that is slow'
const outcome = (changes: Partial<Outcome>): Outcome => ({
  file: 'network.test.ts',
  sentence,
  passed: true,
  skipped: false,
  notes: [],
  ...changes,
})

describe('the page of failures', () => {
  it('says of each fault and store what came of it', () => {
    const notes = ['served again after 1234 ms', 'slowest answer 987 ms']
    const reason = 'declared: it has no server'
    const columns = [
      { store: 'redis', outcomes: [outcome({ notes })] },
      { store: 'file', outcomes: [outcome({ sentence: 'a network', skipped: true, reason })] },
      { store: 'mysql', outcomes: [outcome({})] },
      { store: 'keyv', outcomes: [outcome({ passed: false })] },
    ]
    const page = formatPage(columns, new Map([['redis:8', 'redis 7 from Debian']]))
    assert.match(page, /\| {2}\| redis \| file \| mysql \| keyv \|/)
    assert.match(page, /\| a network that is slow \| 1\.2 s \/ 1\.0 s \| – \| ✓ \| ✗ \|/)
    const slow = ['served again after 5001 ms', 'slowest answer 987 ms']
    const late = formatPage([{ store: 'redis', outcomes: [outcome({ notes: slow })] }], new Map())
    assert.match(late, /\| \*\*5\.0 s \/ 1\.0 s\*\* \|/)
    assert.match(page, /- file, a network: it has no server/)
    assert.match(page, /- For redis:8 stood in: redis 7 from Debian/)
  })
})
