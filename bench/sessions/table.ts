import { contests } from './contests.ts'
import { goals } from './goals.ts'
import { loads } from './loads.ts'
import type { Measured } from './measure.ts'
import { median, ratioOf } from './statistics.ts'

/** The lines of a table in Markdown; all columns but the first ones, of texts, are numbers. */
export function formatRows(head: string[], rows: string[][], texts = 1): string[] {
  const rule = head.map((_, index) => (index < texts ? '---' : '--:'))
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`)
}

/** The CPU times per request of a server in its rounds, in µs; undefined where it was not measured. */
export function cpuOf(measured: Measured[], store: string, load: string, server: string) {
  return roundsOf(measured, store, load, server)?.map(({ cpuUs }) => cpuUs)
}

function roundsOf(measured: Measured[], store: string, load: string, server: string) {
  return measured.find(
    (each) => each.store === store && each.load === load && each.server === server,
  )?.rounds
}

/** A ratio of medians, or why there is none. */
export function formatRatio(ours: number[], theirs: number[]): string {
  return ratioOf(ours, theirs)?.toFixed(2) ?? 'too noisy'
}

const whole = (values: number[]) => median(values).toFixed(0)

/** The table of all loads: ours beside what one would wire by hand. */
export function formatTable(measured: Measured[]): string[] {
  const rows = contests.flatMap(({ store, plain }) =>
    loads.flatMap(({ name, title }) => {
      const ours = roundsOf(measured, store, name, 'ours')
      const theirs = roundsOf(measured, store, name, plain)
      if (!ours || !theirs) return []
      const cpu = [ours, theirs].map((rounds) => rounds.map(({ cpuUs }) => cpuUs)) as Pair
      const rate = [ours, theirs].map((rounds) => rounds.map((each) => each.rate)) as Pair
      const cells = [cpu, rate].flatMap(([a, b]) => [whole(a), whole(b), formatRatio(a, b)])
      return [[store, title, ...cells]]
    }),
  )
  const columns = ['ours', 'by hand', 'ratio']
  const head = ['CPU µs', 'req/s'].flatMap((unit) => columns.map((each) => `${unit}, ${each}`))
  return formatRows(['store', 'load', ...head], rows, 2)
}

type Pair = [number[], number[]]

/** The table of all servers of a contest that has more than two: CPU time per request, in µs. */
export function formatOthers(measured: Measured[]): string[] {
  const { store, plain, others } = contests.find((each) => each.others.length > 0) ?? {}
  if (!store || !plain || !others) return []
  const servers = ['ours', plain, ...others]
  const rows = loads.flatMap(({ name, title }) => {
    const cells = servers.map((server) => cpuOf(measured, store, name, server))
    if (cells.every((cpu) => !cpu)) return []
    return [[title, ...cells.map((cpu) => (cpu ? whole(cpu) : '–'))]]
  })
  if (rows.length === 0) return []
  return formatRows(['load', ...servers], rows)
}

/** The table of the goals, and whether each is kept. */
export function formatGoals(measured: Measured[]): string[] {
  const rows = goals.flatMap(({ store, load, beside, atMost }) => {
    const plain = beside ?? contests.find((each) => each.store === store)?.plain ?? ''
    const ours = cpuOf(measured, store, load, 'ours')
    const theirs = cpuOf(measured, store, load, plain)
    if (!ours || !theirs) return []
    const title = loads.find(({ name }) => name === load)?.title ?? load
    const ratio = ratioOf(ours, theirs)
    const outcome = ratio === null ? 'too noisy' : ratio <= atMost ? 'kept' : missed(ratio, atMost)
    const paired = median(ours.map((value, round) => value / (theirs[round] ?? value))).toFixed(2)
    return [[store, title, plain, atMost.toFixed(2), formatRatio(ours, theirs), paired, outcome]]
  })
  const head = ['store', 'load', 'beside', 'at most', 'ratio', 'round by round', '']
  return formatRows(head, rows, 3)
}

const missed = (ratio: number, atMost: number) => `missed by ${(ratio - atMost).toFixed(2)}`
