import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatStarts, formatVariants } from './app/app-table.ts'
import { appStore, measureApp } from './app/measure.ts'
import { contests } from './contests.ts'
import { measureContest } from './measure.ts'
import { type Options, readOptions } from './options.ts'
import { formatPage } from './page.ts'
import { drawPlot } from './plot.ts'
import { prepareServers } from './prepare.ts'
import { describeMachine, keepResults, type Results, readResults } from './results.ts'
import { measureScale } from './scale/measure.ts'
import { formatScale, formatSweeps } from './scale/scale-table.ts'
import { formatGoals, formatOthers, formatTable } from './table.ts'

// npm run bench                        every load on every store, and the whole app
// npm run bench -- --quick             four loads, in a few minutes
// npm run bench -- --store=redis,sqlite --load=read,write
// npm run bench -- scale --store=sqlite --most=100000
// npm run bench -- app
// npm run bench -- page                writes the page again from results.json
// Only a whole run writes results.json and docs/performance.md; --write makes any other do so.
const options = readOptions(process.argv.slice(2))
const { isKept, parts, stores } = options
const used = isKept
  ? contests.map(({ store }) => store)
  : [...stores, ...(parts.includes('app') ? [appStore] : [])]
// The page names what stood in for any server.
const standIns = parts.includes('page') ? [] : await prepareServers(used)

const fresh: Fresh = { measured: [], skipped: [], scale: [] }
for await (const found of measureParts(options)) {
  fresh.measured.push(...(found.measured ?? []))
  fresh.skipped.push(...(found.skipped ?? []))
  fresh.scale.push(...(found.scale ?? []))
  if (found.app) fresh.app = found.app
  // At once, so that what fails later costs only itself.
  if (isKept) keepResults({ ...found, machine: describeMachine(standIns) })
}
console.log(formatResults(fresh))
if (isKept) {
  const results = readResults()
  const docs = join(import.meta.dirname, '../../docs')
  writeFileSync(join(docs, 'performance.md'), formatPage(results))
  writeFileSync(join(docs, 'performance.svg'), drawPlot(results.measured))
}

type Fresh = Pick<Results, 'measured' | 'skipped' | 'scale'> & Partial<Results>

async function* measureParts({
  parts,
  stores,
  loads,
  effort,
  isQuick,
  sizes,
}: Options): AsyncGenerator<Partial<Results>> {
  for (const contest of parts.includes('loads') ? contests : []) {
    if (!stores.includes(contest.store)) continue
    tell(contest.store)
    const others = contest.others.filter((name) => !isQuick || name === 'bare-express')
    yield { effort, ...(await measureContest({ ...contest, others }, loads, effort)) }
  }
  if (parts.includes('app')) {
    tell('the whole app')
    yield { app: await measureApp(effort) }
  }
  for (const [store, numbers] of parts.includes('scale') ? sizes : []) {
    tell(`${store} with ${numbers.join(', ')} sessions`)
    yield { scale: await measureScale(store, numbers) }
  }
}

function formatResults({ measured, skipped, scale, app }: Fresh): string {
  const reasons = skipped.map(({ server, reason }) => `${server} was not measured: ${reason}`)
  const tables = [
    ...(measured.length > 0
      ? [formatTable(measured), formatOthers(measured), reasons, formatGoals(measured)]
      : []),
    ...(app ? [formatStarts(app), formatVariants(app)] : []),
    ...(scale.length > 0 ? [formatScale(scale), formatSweeps(scale)] : []),
  ]
  return tables
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')
}

/** On standard error, for the tables are the result. */
function tell(subject: string) {
  console.error(`Measuring ${subject}, ${new Date().toTimeString().slice(0, 8)}`)
}
