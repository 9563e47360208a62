import { median } from '../statistics.ts'
import { formatRatio, formatRows } from '../table.ts'
import type { MeasuredApp } from './measure.ts'

/** The table of the starts: medians. */
export function formatStarts({ starts }: MeasuredApp): string[] {
  const rows = starts.map(({ name, firstAnswerMs, idleBytes, loadedBytes }) => [
    name,
    `${median(firstAnswerMs).toFixed(0)} ms`,
    ...[idleBytes, loadedBytes].map((bytes) => `${(median(bytes) / 1e6).toFixed(0)} MB`),
  ])
  return formatRows(['', 'first answer after', 'memory, idle', 'memory, under load'], rows)
}

/** The table of what the parts of the app cost per request. */
export function formatVariants({ variants }: MeasuredApp): string[] {
  const cpuOf = (index: number) => variants[index]?.rounds.map(({ cpuUs }) => cpuUs) ?? []
  const rows = variants.map(({ without }, index) => [
    without,
    median(cpuOf(index)).toFixed(0),
    formatRatio(cpuOf(index), cpuOf(0)),
  ])
  return formatRows(['the app without', 'CPU µs', 'ratio to the whole'], rows)
}
