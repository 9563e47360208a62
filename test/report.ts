import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { appLayers } from '../generators/template/layers.ts'
import { templateFiles, textOf } from '../generators/template/tree.ts'

/** Where the runs of the stores leave their counts for the table at the end. */
export const reportFolder = '.apps/report'

interface Counts {
  passed: number
  failed: number
  /** Why a test was not run, once for each, in the words of the store. */
  declared: string[]
}

/** Reads the counts in what `node --test` has printed. */
export function countTests(output: string): Counts {
  const count = (word: string) =>
    Number(new RegExp(`^[ℹ#] ${word} (\\d+)`, 'm').exec(output)?.[1] ?? 0)
  const declared = [...output.matchAll(/# declared: (.+)$/gm)].map(([, reason]) => String(reason))
  if (declared.length !== count('skipped')) {
    throw new Error(`${count('skipped')} tests were skipped, and ${declared.length} declare why`)
  }
  return { passed: count('pass'), failed: count('fail') + count('cancelled'), declared }
}

/** Keeps the counts of a store for the table. */
export function keepCounts(store: string, counts: Counts): void {
  mkdirSync(reportFolder, { recursive: true })
  writeFileSync(join(reportFolder, `${store}.json`), JSON.stringify(counts))
}

/** The table of the stores that ran, with what stood in for their servers. */
export function formatReport(standIns: Map<string, string>): string {
  if (!existsSync(reportFolder)) return ''
  const rows = globSync(`${reportFolder}/*.json`).map((file) => {
    const store = basename(file, '.json')
    const { passed, failed, declared }: Counts = JSON.parse(readFileSync(file, 'utf8'))
    // What follows a + says how the store was run, as in redis+cluster.
    const image = imageOf(store.split('+')[0] ?? '')
    const server = image ? `${image}${standIns.has(image) ? `: ${standIns.get(image)}` : ''}` : ''
    const reasons = [...new Set(declared)].join('; ')
    const lacking = declared.length > 0 ? `${declared.length}: ${reasons}` : '-'
    return [store, String(passed), String(failed), server || '-', lacking]
  })
  const table = [['store', 'passed', 'failed', 'server', 'declared'], ...rows.sort()]
  // The last column is as long as its reasons are.
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  )
  return table
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .join('\n')
}

/** The image of a store's server, in its own compose file or the one that it extends; undefined where there is none. */
function imageOf(store: string): string | undefined {
  const template = templateFiles()
  const texts = appLayers(template, store).map((layer) =>
    textOf(template, `${layer}/docker-compose.yml`),
  )
  return /image: (\S+)/.exec(texts.findLast((text) => text) ?? '')?.[1]
}
