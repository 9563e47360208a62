import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { compareAll } from './upstream/compare.ts'
import { formatResults } from './upstream/page.ts'

const page = join(import.meta.dirname, '../docs/upstream.md')

describe('docs/upstream.md', () => {
  it('says of every package what comes of it here', async (test) => {
    if (process.env.WITHOUT_DOCKER) {
      test.skip('the servers run in containers, and there is no Docker here')
      return
    }
    const columns = await compareAll()
    const [, written = ''] =
      /## What holds\n\n(.*)\n\n## What ran/s.exec(readFileSync(page, 'utf8')) ?? []
    assert.equal(
      formatResults(columns),
      written,
      'A package or a case has changed. Run "npm run upstream", and read what it changes in docs/upstream.md.',
    )
    const ours = columns.at(-1)?.outcomes ?? []
    assert.deepEqual(
      ours.filter(({ cell }) => cell === '✗'),
      [],
    )
  })
})
