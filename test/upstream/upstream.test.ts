import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { compareAll } from './compare.ts'
import { formatTable } from './page.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/upstream.md'), 'utf8')

describe('docs/upstream.md', () => {
  it('says of every package, and of our own store, what comes of it here', async (test) => {
    if (process.env.WITHOUT_DOCKER) {
      test.skip('the servers run in containers, and there is no Docker here')
      return
    }
    const columns = await compareAll()
    // Reasons and servers are left out: a server of another version may word its errors otherwise.
    const [table = ''] = /(?<=## What holds\n\n).*?(?=\n\n)/s.exec(page) ?? []
    const written = table.split('\n')
    const found = formatTable(columns)
    const changed = [
      ...written.filter((line) => !found.includes(line)).map((line) => `page: ${line}`),
      ...found.filter((line) => !written.includes(line)).map((line) => `here: ${line}`),
    ]
    assert.ok(
      changed.length === 0,
      `A package, a server or a case has changed. Run "npm run upstream", and read what it changes in docs/upstream.md:\n${changed.join('\n')}`,
    )
    const ours = columns.find(({ name }) => name === 'ours')?.outcomes
    assert.deepEqual(
      ours?.filter(({ cell }) => cell === '✗'),
      [],
    )
  })
})
