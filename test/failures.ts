import type { TestEvent } from 'node:test/reporters'
import { stripVTControlCharacters } from 'node:util'

const linesOfEach = 40

/** A reporter that prints only what failed, with the last lines of why, so that a log cut to its end still tells it. */
export default async function* reportFailures(source: AsyncIterable<TestEvent>) {
  for await (const { type, data } of source) {
    if (type !== 'test:fail') continue
    const { error } = data.details
    // A suite fails because of what is in it, and that is told of already.
    if ('failureType' in error && error.failureType === 'subtestsFailed') continue
    const cause = error.cause instanceof Error ? error.cause : error
    const text = stripVTControlCharacters(cause.stack ?? cause.message)
    const why = text.split('\n').filter((line) => !line.includes('node:internal'))
    yield `\n✖ ${data.name} (${data.file})\n`
    yield why
      .slice(-linesOfEach)
      .map((line) => `    ${line}\n`)
      .join('')
  }
}
