import type { Outcome } from '../outcomes.ts'

/** What came of the faults in an app with a store. */
export interface Column {
  store: string
  outcomes: Outcome[]
}

/** The largest of the figures that a test has noted, in ms. */
function largestIn(notes: string[], what: string): number | undefined {
  const figures = notes.map((note) => new RegExp(`^${what} (\\d+) ms$`).exec(note)?.[1] ?? [])
  return figures
    .flat()
    .map(Number)
    .sort((a, b) => b - a)[0]
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

// How soon users have to be served again, and how long an answer may take, in ms; with room for the way of both.
const againWithinMs = 5000
const answerWithinMs = 2600

/** Whether it took longer than it may; a call of some tests may take longer than all of a request. */
export function isBeyond({ notes }: Outcome): boolean {
  const again = largestIn(notes, 'served again after') ?? 0
  const slowest = largestIn(notes, 'slowest answer') ?? 0
  const allowed = largestIn(notes, 'a call may take') ?? 0
  return again > againWithinMs || slowest > Math.max(answerWithinMs, allowed + 100)
}

/** A test's outcome as a cell: how long until users were served again, and the slowest answer meanwhile. */
function formatCell(outcome: Outcome | undefined): string {
  if (!outcome || outcome.skipped) return '–'
  if (!outcome.passed) return '✗'
  const again = largestIn(outcome.notes, 'served again after')
  const slowest = largestIn(outcome.notes, 'slowest answer')
  if (again === undefined || slowest === undefined) return '✓'
  const cell = `${seconds(again)} / ${seconds(slowest)}`
  return isBeyond(outcome) ? `**${cell}**` : cell
}

/** The whole of docs/failure.md. */
export function formatPage(columns: Column[], standIns: ReadonlyMap<string, string>): string {
  const outcomeOf = ({ outcomes }: Column, sentence: string) =>
    // A suite that is declared away has one outcome, by its own name.
    outcomes.find(
      (each) => sentence.startsWith(each.sentence) && (each.skipped || each.sentence === sentence),
    )
  const isDone = ({ skipped }: Outcome) => !skipped
  // In the order of the stores to which most is done, so that what belongs together stands together.
  const byMost = columns
    .map(({ outcomes }) => outcomes.filter(isDone))
    .sort((one, other) => other.length - one.length)
  const sentences = new Set(byMost.flat().map(({ sentence }) => sentence))
  const head = ['', ...columns.map(({ store }) => store)]
  const rows = [...sentences].map((sentence) => [
    sentence,
    ...columns.map((column) => formatCell(outcomeOf(column, sentence))),
  ])
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  const storesOf = new Map<string, string[]>()
  for (const { store, outcomes } of columns) {
    for (const { sentence, reason = '' } of outcomes.filter(({ skipped }) => skipped)) {
      const what = `${sentence}: ${reason.replace(/^declared: /, '')}`
      storesOf.set(what, [...(storesOf.get(what) ?? []), store])
    }
  }
  const reasons = [...storesOf].map(([what, stores]) => `- ${stores.join(', ')}, ${what}`)
  return `# What happens when a store fails

Each row harms a store, behind an emitted app, and asks the app meanwhile: \`npm run faults\` does it and writes this page. A cell has how long it took until users were served again once all was well, and the slowest answer meanwhile; ✓ where nothing was to be waited for. Every answer was right: what was acknowledged is there, and nobody was let in or thrown out by the fault.

A call to the store may take 1 s here, as is the default, and all calls of a request 2.5 s; in the row of many connections at once a call may take 3 s. All may take 5 s until users are served again. What took longer is in bold.

Where ten users are at work, each reads and writes without end, some log in and out, and a stranger looks at the public pages: nobody may see another user or be a stranger, nothing that was acknowledged may be missing, a 503 may carry no cookie and tell of no insides, who has logged out stays out, and the process has to stay the same. A server that is started again is at another address then, behind the name by which the app knows it: a proxy's.

${[line(head), line(['---', ...columns.map(() => '--:')]), ...rows.map(line)].join('\n')}

Not done to every store (–):

${reasons.join('\n')}

${[...standIns].map(([tag, text]) => `- For ${tag} stood in: ${text}`).join('\n')}
`
}
