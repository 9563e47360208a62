import type { TestEvent } from 'node:test/reporters'
import { explain } from './reason.ts'

/** What came of a case. */
export interface Outcome {
  /** The sentence that should hold. */
  sentence: string
  cell: '✓' | '✗' | '–'
  /** Why it does not hold, or was left out. */
  reason: string
}

/** Tells what came of each case, one JSON text a line. */
export default async function* report(events: AsyncIterable<TestEvent>) {
  const path: string[] = []
  for await (const { type, data } of events) {
    if (type === 'test:start') path[data.nesting] = data.name
    if ((type !== 'test:pass' && type !== 'test:fail') || data.details.type === 'suite') continue
    // The outermost is the package itself.
    const sentence = [...path.slice(1, data.nesting), data.name].join(' ')
    yield `${JSON.stringify({ sentence, ...judge(data) })}\n`
  }
}

type Ended = Extract<TestEvent, { type: 'test:pass' | 'test:fail' }>['data']

function judge({ skip, details }: Ended): Omit<Outcome, 'sentence'> {
  if (typeof skip === 'string') return { cell: '–', reason: skip.replace('declared: ', '') }
  if (!('error' in details)) return { cell: '✓', reason: '' }
  return { cell: '✗', reason: explain(details.error.cause ?? details.error) }
}
