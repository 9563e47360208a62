import { relative } from 'node:path'
import type { TestEvent } from 'node:test/reporters'

/** What came of a test of the security suite. */
export interface Outcome {
  /** Its file, as the app has it. */
  file: string
  /** What holds, by the titles of the test and of what it stands in. */
  sentence: string
  passed: boolean
  skipped: boolean
}

/** Tells what came of each test, one JSON text a line. */
export default async function* report(events: AsyncIterable<TestEvent>) {
  const path: string[] = []
  for await (const { type, data } of events) {
    if (type === 'test:start') path[data.nesting] = data.name
    if ((type !== 'test:pass' && type !== 'test:fail') || data.details.type === 'suite') continue
    const outcome: Outcome = {
      file: relative('.', data.file ?? ''),
      sentence: [...path.slice(0, data.nesting), data.name].join(' '),
      passed: type === 'test:pass' && data.skip === undefined,
      skipped: data.skip !== undefined,
    }
    yield `${JSON.stringify(outcome)}\n`
  }
}
