import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import type { MeasuredApp } from './app/measure.ts'
import type { Effort } from './in-turn.ts'
import type { Measured, Skipped } from './measure.ts'
import type { Scaled } from './scale/measure.ts'

/** All that the bench has measured, as the repository keeps it. */
export interface Results {
  machine: {
    node: string
    processor: string
    cores: number
    /** What stood in for the image of a server. */
    standIns: string[]
  }
  effort: Effort
  measured: Measured[]
  skipped: Skipped[]
  scale: Scaled[]
  app: MeasuredApp | null
}

const file = join(import.meta.dirname, 'results.json')

/** What this machine is. */
export const describeMachine = (standIns: string[]): Results['machine'] => ({
  standIns,
  node: process.versions.node,
  processor: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
})

/** The results that the repository keeps. */
export const readResults = (): Results => JSON.parse(readFileSync(file, 'utf8'))

/** Keeps results, and leaves those of what was not measured anew as they were. */
export function keepResults(fresh: Partial<Results>): void {
  const kept = readResults()
  const all: Results = {
    ...kept,
    ...fresh,
    measured: replaceSame(kept.measured, fresh.measured, ({ store, load }) => `${store} ${load}`),
    skipped: replaceSame(kept.skipped, fresh.skipped, ({ store }) => store),
    scale: replaceSame(kept.scale, fresh.scale, ({ store }) => store),
  }
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`)
}

function replaceSame<Item>(
  kept: Item[],
  fresh: Item[] = [],
  subject: (item: Item) => string,
): Item[] {
  const measured = new Set(fresh.map(subject))
  return [...kept.filter((item) => !measured.has(subject(item))), ...fresh]
}
