import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { imageOf } from './machine/store-images.ts'
import type { Outcome } from './outcomes.ts'

/** Where the runs of the stores leave their counts for the table at the end. */
export const reportFolder = join(import.meta.dirname, '../.apps/report')

interface Counts {
  passed: number
  failed: number
  /** Why a test was not run, once for each, in the words of the store. */
  declared: string[]
}

/** Counts what came of tests; throws for one that was skipped and does not say "declared: " and a reason, or one that `lacks` has. */
export function countOutcomes(outcomes: Outcome[], lacks: object = {}): Counts {
  const declared = outcomes
    .filter(({ skipped }) => skipped)
    .map(({ sentence, reason = '' }) => {
      const known = Object.values(lacks).find((each) => each === reason)
      const said = known ?? /^declared: (.+)/.exec(reason)?.[1]
      if (!said) throw new Error(`"${sentence}" was skipped and does not declare why: ${reason}`)
      return said
    })
  const passed = outcomes.filter((outcome) => outcome.passed).length
  return { passed, failed: outcomes.length - passed - declared.length, declared }
}

/** Keeps the counts of a store for the table; what follows a + in `row` says how the store was run, as in redis+cluster. */
export function keepCounts(row: string, counts: Counts): void {
  mkdirSync(reportFolder, { recursive: true })
  writeFileSync(join(reportFolder, `${row}.json`), JSON.stringify(counts))
}

/** The table of the stores that ran, with what stood in for their servers. */
export function formatReport(standIns: Map<string, string>): string {
  if (!existsSync(reportFolder)) return ''
  const rows = globSync(`${reportFolder}/*.json`).map((file) => {
    const store = basename(file, '.json')
    const { passed, failed, declared }: Counts = JSON.parse(readFileSync(file, 'utf8'))
    const image = imageOf(store.split('+')[0] ?? '')
    const server = image ? `${image}${standIns.has(image) ? `: ${standIns.get(image)}` : ''}` : ''
    const reasons = [...new Set(declared)].join('; ')
    const lacking = declared.length > 0 ? `${declared.length}: ${reasons}` : '-'
    return [store, String(passed), String(failed), server || '-', lacking]
  })
  if (rows.length === 0) return ''
  const table = [['store', 'passed', 'failed', 'server', 'declared'], ...rows.sort()]
  // The last column is as long as its reasons are.
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  )
  return table
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .join('\n')
}
