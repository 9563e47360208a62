import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { TestEvent } from 'node:test/reporters'

/** What came of a test. */
export interface Outcome {
  /** Its file, from the folder that the tests ran in. */
  file: string
  /** What holds, by the titles of the test and of what it stands in. */
  sentence: string
  passed: boolean
  skipped: boolean
  /** Why it was skipped, where that is said. */
  reason?: string
  /** What the test had to say besides. */
  notes: string[]
}

/** Reports what came of each test, one JSON text a line. */
export default async function* report(events: AsyncIterable<TestEvent>) {
  const path: string[] = []
  // What a test has to say comes after its end.
  let last: Outcome | undefined
  for await (const { type, data } of events) {
    if (type === 'test:start') path[data.nesting] = data.name
    if (type === 'test:diagnostic') last?.notes.push(data.message)
    if (type !== 'test:pass' && type !== 'test:fail') continue
    // What is in a suite is reported on its own, unless all of it is skipped.
    if (data.details.type === 'suite' && data.skip === undefined) continue
    if (last) yield `${JSON.stringify(last)}\n`
    last = {
      file: relative('.', data.file ?? ''),
      sentence: [...path.slice(0, data.nesting), data.name].join(' '),
      passed: type === 'test:pass' && data.skip === undefined,
      skipped: data.skip !== undefined,
      ...(typeof data.skip === 'string' && { reason: data.skip }),
      notes: [],
    }
  }
  if (last) yield `${JSON.stringify(last)}\n`
}

/** Reads what a run reported into a file. */
export function readOutcomes(file: string): Outcome[] {
  const lines = readFileSync(file, 'utf8').match(/.+/g) ?? []
  return lines.map((line) => JSON.parse(line))
}
