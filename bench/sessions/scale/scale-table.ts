import { formatRows } from '../table.ts'
import type { Scaled } from './measure.ts'

/** The table of what is stored and how long its calls take; each ratio is to the fewest sessions of the store. */
export function formatScale(scaled: Scaled[]): string[] {
  const rows = scaled.map((each) => {
    const fewest = scaled.find(({ store }) => store === each.store) ?? each
    const times = (['read', 'write', 'owned'] as const).map((call) =>
      cell(each[call], fewest[call]),
    )
    const { store, sessions, bytes, plainBytes } = each
    const ratio = bytes !== null && plainBytes !== null ? (bytes / plainBytes).toFixed(2) : '–'
    return [store, count(sessions), ...times, whole(bytes), whole(plainBytes), ratio]
  })
  const head = ['store', 'sessions', 'read', 'write', 'owned']
  return formatRows([...head, 'bytes, ours', 'bytes, by hand', 'ratio'], rows)
}

/** The table of sweeps. */
export function formatSweeps(scaled: Scaled[]): string[] {
  const rows = scaled.flatMap(({ store, sweep }) =>
    sweep
      ? [
          [
            store,
            count(sweep.removed),
            `${(sweep.took / 1000).toFixed(1)} s`,
            `${sweep.slowestRead.toFixed(0)} ms`,
            `${sweep.longestBlock.toFixed(0)} ms`,
          ],
        ]
      : [],
  )
  const head = ['store', 'removed', 'it took', 'slowest read meanwhile', 'longest block']
  return formatRows(head, rows)
}

const count = (number: number) => number.toLocaleString('en')
const whole = (value: number | null) => value?.toFixed(0) ?? '–'
const cell = (ms: number, fewest: number) => `${ms.toFixed(2)} ms (${(ms / fewest).toFixed(2)})`
