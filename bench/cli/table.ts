import type { Contestant } from './contestants.ts'
import type { Measures } from './measure.ts'

const columns: { title: string; of: (measures: Measures) => number | undefined; unit: string }[] = [
  { title: 'npx cold', of: ({ cold }) => median(cold), unit: 'ms' },
  { title: 'npx warm', of: ({ warm }) => median(warm), unit: 'ms' },
  { title: 'scaffold', of: ({ scaffold }) => median(scaffold), unit: 'ms' },
  { title: 'on disk', of: ({ bytes }) => bytes / 1000, unit: 'kB' },
  { title: 'packages', of: ({ packages }) => packages, unit: '' },
]

/** The table of a run: each tool a row, each value with its ratio to the best of its column. */
export function formatTable(contestants: Contestant[], measured: Map<string, Measures>): string {
  const rows = contestants.map((contestant) => {
    const measures = measured.get(contestant.name)
    const cells = columns.map(({ of, unit }) => {
      const value = measures && of(measures)
      if (value === undefined) return '-'
      const values = [...measured.values()].flatMap((each) => of(each) ?? [])
      return `${Math.round(value)} ${unit} (${(value / Math.min(...values)).toFixed(2)})`.replace(
        '  ',
        ' ',
      )
    })
    return [`${contestant.name} ${contestant.version}`, ...cells]
  })
  const head = ['', ...columns.map(({ title }) => title)]
  const rule = head.map(() => '---')
  const notes = contestants.flatMap(({ name, look, scaffold }) => [
    ...(look
      ? []
      : [
          `${name} has no flag that only looks: its npx columns are whole scaffolds, with an npm that does nothing.`,
        ]),
    ...(typeof scaffold === 'string'
      ? [`${name} ${scaffold}, so its scaffold is not measured.`]
      : []),
  ])
  return [...[head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`), '', ...notes].join(
    '\n',
  )
}

function median(times: number[]): number | undefined {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)]
}
