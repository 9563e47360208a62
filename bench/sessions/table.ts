import { contests } from './contests.ts'
import { loads } from './loads.ts'
import type { Measured } from './measure.ts'
import { median, ratioOf } from './statistics.ts'

/** The lines of the table of all loads, in Markdown. */
export function formatTable(measured: Measured[]): string[] {
  const rows = contests.flatMap(({ store, plain }) =>
    loads.flatMap(({ name, title }) => {
      const of = (server: string) =>
        measured.find(
          (each) => each.store === store && each.load === name && each.server === server,
        )?.rounds
      const ours = of('ours')
      const theirs = of(plain)
      if (!ours || !theirs) return []
      const cpu = [ours, theirs].map((rounds) => rounds.map(({ cpuUs }) => cpuUs))
      const rate = [ours, theirs].map((rounds) => rounds.map((each) => each.rate))
      return [[store, title, ...cells(cpu), ...cells(rate)]]
    }),
  )
  const head = ['store', 'load']
  const columns = ['ours', 'by hand', 'ratio']
  const titles = [
    ...head,
    ...columns.map((each) => `CPU µs, ${each}`),
    ...columns.map((each) => `req/s, ${each}`),
  ]
  const rule = titles.map((_, index) => (index < head.length ? '---' : '--:'))
  return [titles, rule, ...rows].map((row) => `| ${row.join(' | ')} |`)
}

function cells([ours = [], theirs = []]: number[][]): string[] {
  const ratio = ratioOf(ours, theirs)
  return [
    median(ours).toFixed(0),
    median(theirs).toFixed(0),
    ratio === null ? 'too noisy' : ratio.toFixed(2),
  ]
}
