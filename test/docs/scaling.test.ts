import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pageText, tableRows } from './pages.ts'

const performance = pageText('docs/performance.md')
const measured = tableRows(
  performance,
  '| store | load | CPU µs, ours | CPU µs, by hand | CPU µs, ratio | req/s, ours | req/s, by hand | req/s, ratio |',
)
const rows = tableRows(
  pageText('docs/scaling.md'),
  '| store | reads a second | changes a second | take it for |',
)

/** The requests of an app in a second, rounded to hundreds as people write them. */
function rateOf(store: string, load: string): string {
  const [, , , , , rate = ''] = measured.find(([a, b]) => a === store && b === load) ?? []
  return (Math.round(Number(rate) / 100) * 100).toLocaleString('en')
}

describe('docs/scaling.md', () => {
  it('has the figures of docs/performance.md', () => {
    assert.ok(rows.length >= 6)
    for (const [names = '', reads, changes] of rows) {
      const [, store = ''] = /^`(\w+)`/.exec(names) ?? []
      if (reads === 'not known') continue
      assert.equal(reads, rateOf(store, 'read, 200 B'), `${store}, read`)
      assert.equal(changes, rateOf(store, 'write, 200 B'), `${store}, write`)
    }
  })
})
