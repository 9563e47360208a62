import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { contests } from '../../bench/sessions/contests.ts'
import { loads } from '../../bench/sessions/loads.ts'
import { measureContest } from '../../bench/sessions/measure.ts'
import { formatPage } from '../../bench/sessions/page.ts'
import { drawPlot } from '../../bench/sessions/plot.ts'
import { readResults } from '../../bench/sessions/results.ts'
import { formatTable } from '../../bench/sessions/table.ts'

const docs = join(import.meta.dirname, '../../docs')
const withoutServer = ['sqlite', 'file', 'memory']
const everyRequest = loads.filter(({ name }) => ['page', 'login', 'mixed'].includes(name))
const twoRequests = { rounds: 1, warmUp: 1, roundMs: 0, least: 2, tries: 1 }

describe('npm run bench', () => {
  for (const contest of contests.filter(({ store }) => withoutServer.includes(store))) {
    it(`measures an app and ${contest.plain} on ${contest.store}`, async () => {
      const { measured, skipped } = await measureContest(contest, everyRequest, twoRequests)
      assert.deepEqual(
        measured.map(({ load, server }) => [load, server]),
        everyRequest.flatMap(({ name }) => [
          [name, 'ours'],
          [name, contest.plain],
        ]),
      )
      for (const { cpuUs, rate } of measured.flatMap(({ rounds }) => rounds)) {
        assert.ok(cpuUs > 0 && rate > 0, 'A server has used no time')
      }
      assert.deepEqual(skipped, [])
      const rows = formatTable(measured).filter((line) => line.startsWith(`| ${contest.store} |`))
      assert.equal(rows.length, everyRequest.length)
    })
  }
})

describe('docs/performance.md', () => {
  const results = readResults()
  const advice =
    'Run "npm run bench -- page", which writes it again from bench/sessions/results.json'

  it('says what the results say', () => {
    assert.equal(readFileSync(join(docs, 'performance.md'), 'utf8'), formatPage(results), advice)
  })

  it('has a plot of the results', () => {
    const drawn = drawPlot(results.measured)
    assert.equal(readFileSync(join(docs, 'performance.svg'), 'utf8'), drawn, advice)
  })
})
