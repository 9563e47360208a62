import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { findChanges } from './problems.ts'
import { makePage, pageFile, readReport, runSecuritySuite } from './suite.ts'

describe('docs/asvs.md', () => {
  it('says of every requirement what the security suite shows of it here', async () => {
    const { page, problems } = makePage(readReport() ?? (await runSecuritySuite()))
    assert.deepEqual(problems, [])
    const changes = findChanges(readFileSync(pageFile, 'utf8'), page)
    assert.ok(
      changes.length === 0,
      `A test or a requirement has changed. Run "npm run asvs", and read what it changes in docs/asvs.md:\n${changes.join('\n')}`,
    )
  })
})
