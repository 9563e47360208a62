import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatStarts, formatVariants } from './app/app-table.ts'
import { appStore, measureApp } from './app/measure.ts'
import { contests } from './contests.ts'
import { type Measured, measureContest, type Skipped } from './measure.ts'
import { type Options, readOptions } from './options.ts'
import { formatPage } from './page.ts'
import { drawPlot } from './plot.ts'
import { prepareServers } from './prepare.ts'
import { describeMachine, keepResults, type Results } from './results.ts'
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
const tables: string[][] = []
const fresh: Partial<Results> = {}
// The page names what stood in for any of them.
const used = options.isKept ? contests.map(({ store }) => store) : usedStores(options)
const standIns = options.parts.includes('page') ? [] : await prepareServers(used)
if (options.parts.includes('loads')) await measureLoads(options)
if (options.parts.includes('app')) {
  tell('the whole app')
  const app = await measureApp(options.effort)
  fresh.app = app
  tables.push(formatStarts(app), formatVariants(app))
}
if (options.parts.includes('scale')) {
  const scale = []
  for (const [store, sizes] of options.sizes) {
    tell(`${store} with ${sizes.join(', ')} sessions`)
    scale.push(...(await measureScale(store, sizes)))
  }
  fresh.scale = scale
  tables.push(formatScale(scale), formatSweeps(scale))
}
console.log(tables.map((lines) => lines.join('\n')).join('\n\n'))
if (options.isKept) {
  if (tables.length > 0) fresh.machine = describeMachine(standIns)
  const results = keepResults(fresh)
  const docs = join(import.meta.dirname, '../../docs')
  writeFileSync(join(docs, 'performance.md'), formatPage(results))
  writeFileSync(join(docs, 'performance.svg'), drawPlot(results.measured))
}

async function measureLoads({ stores, loads, effort, isQuick }: Options) {
  const measured: Measured[] = []
  const skipped: Skipped[] = []
  for (const contest of contests.filter(({ store }) => stores.includes(store))) {
    tell(contest.store)
    const others = isQuick
      ? contest.others.filter((name) => name === 'bare-express')
      : contest.others
    const found = await measureContest({ ...contest, others }, loads, effort)
    measured.push(...found.measured)
    skipped.push(...found.skipped)
  }
  Object.assign(fresh, { measured, skipped, effort })
  const reasons = skipped.map(({ server, reason }) => `${server} was not measured: ${reason}`)
  tables.push(formatTable(measured), formatOthers(measured), reasons, formatGoals(measured))
}

function usedStores({ parts, stores }: Options): string[] {
  return parts.includes('app') ? [...stores, appStore] : stores
}

/** On standard error, for the table is the result. */
function tell(subject: string) {
  console.error(`Measuring ${subject}, ${new Date().toTimeString().slice(0, 8)}`)
}
