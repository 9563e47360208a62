import type { Outcome } from '../outcomes.ts'

/** What came of the faults in an app with a store. */
export interface Column {
  store: string
  outcomes: Outcome[]
}

const numberIn = (notes: string[], what: string) =>
  notes.flatMap((note) => new RegExp(`^${what} (\\d+) ms$`).exec(note)?.[1] ?? []).map(Number)

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

/** A test's outcome as a cell: how long until users were served again, and the slowest answer meanwhile. */
function formatCell(outcome: Outcome | undefined): string {
  if (!outcome || outcome.skipped) return '–'
  if (!outcome.passed) return '✗'
  const again = numberIn(outcome.notes, 'served again after')
  const slowest = numberIn(outcome.notes, 'slowest answer')
  if (again.length === 0 || slowest.length === 0) return '✓'
  return `${seconds(Math.max(...again))} / ${seconds(Math.max(...slowest))}`
}

/** The whole of docs/failure.md. */
export function formatPage(columns: Column[], standIns: ReadonlyMap<string, string>): string {
  const outcomeOf = ({ outcomes }: Column, sentence: string) =>
    // A suite that is declared away has one outcome, by its own name.
    outcomes.find(
      (each) => sentence.startsWith(each.sentence) && (each.skipped || each.sentence === sentence),
    )
  const sentences = new Set(
    columns.flatMap(({ outcomes }) =>
      outcomes.filter(({ skipped }) => !skipped).map(({ sentence }) => sentence),
    ),
  )
  const head = ['', ...columns.map(({ store }) => store)]
  const rows = [...sentences].map((sentence) => [
    sentence,
    ...columns.map((column) => formatCell(outcomeOf(column, sentence))),
  ])
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  const reasons = columns.flatMap(({ store, outcomes }) =>
    outcomes
      .filter(({ skipped }) => skipped)
      .map(
        ({ sentence, reason = '' }) =>
          `- ${store}, ${sentence}: ${reason.replace(/^declared: /, '')}`,
      ),
  )
  return `# What happens when a store fails

Each row harms a store, behind an emitted app, and asks the app meanwhile: \`npm run faults\` does it and writes this page. A cell has how long it took until users were served again once all was well, and the slowest answer meanwhile; ✓ where nothing was to be waited for. Every answer was right: what was acknowledged is there, and nobody was let in or thrown out by the fault.

A call to the store may take 1 s here, as is the default, and all calls of a request 2.5 s; in the row of many connections at once a call may take 3 s.

${[line(head), line(['---', ...columns.map(() => '--:')]), ...rows.map(line)].join('\n')}

Not done to every store (–):

${reasons.join('\n')}

${[...standIns].map(([tag, text]) => `- For ${tag} stood in: ${text}`).join('\n')}
`
}
