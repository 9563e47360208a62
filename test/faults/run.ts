import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { listStores } from '../../generators/template/layers.ts'
import { templateFiles } from '../../generators/template/tree.ts'
import { emitApp, runTests, startBackend } from '../apps/emitted-app.ts'
import { laySuite } from '../apps/suite.ts'
import { prepareMachine } from '../machine/prepare.ts'
import { listImages } from '../machine/store-images.ts'
import { type Column, formatPage, isBeyond } from './page.ts'

// `npm run faults` does harm to each store, by test/suite/faults, and writes docs/failure.md;
// with --store=redis,postgres it prints the table of these.
const only = process.argv.flatMap((word) => /^--store=(.+)$/.exec(word)?.[1]?.split(',') ?? [])
// The memory of an app does not fail, and what is behind a custom store we do not know.
const names = listStores(templateFiles())
  .map(({ name }) => name)
  .filter((name) => !['memory', 'custom'].includes(name))
const stores = only.length > 0 ? names.filter((name) => only.includes(name)) : names
const machine = await prepareMachine(listImages())
for (const line of machine.say) console.error(line)
if (!machine.docker) process.exit(1)
Object.assign(process.env, machine.env)

const columns: Column[] = []
for (const store of stores) {
  console.error(`${store}, ${new Date().toTimeString().slice(0, 8)}`)
  columns.push({ store, outcomes: await harm(store) })
}
const page = formatPage(columns, machine.standIns)
if (only.length > 0) console.log(page)
else writeFileSync(join(import.meta.dirname, '../../docs/failure.md'), page)
const failed = columns
  .flatMap(({ outcomes }) => outcomes)
  .filter((each) => !each.passed && !each.skipped)
for (const { sentence } of failed) console.error(`Failed: ${sentence}`)
for (const { store, outcomes } of columns) {
  for (const { sentence, notes } of outcomes.filter(isBeyond)) {
    console.error(`Too slow: ${store}, ${sentence} (${notes.join(', ')})`)
  }
}
process.exitCode = failed.length > 0 ? 1 : 0

/** What comes of all faults in an app with a store, one after the other. */
async function harm(store: string): Promise<Column['outcomes']> {
  const stops: (() => unknown)[] = []
  try {
    const app = await emitApp(`faults-${store}`, store)
    stops.push(app.remove)
    laySuite(app.folder, store)
    const { url } = await startBackend({ after: (stop) => void stops.push(stop) }, app.folder)
    const files = ['test/suite/faults/*.test.ts']
    const { outcomes } = await runTests(app, {
      files,
      concurrency: 1,
      ...(app.contained && { url }),
    })
    return outcomes
  } finally {
    for (const stop of stops.reverse()) await stop()
  }
}
