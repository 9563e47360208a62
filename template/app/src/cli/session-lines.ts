import type { Stored } from '../session/backend.ts'

const longestData = 350_000
const lastDate = 8.64e15

/** The lines of a text that comes in pieces; Node's readline would also cut at U+2028, which JSON leaves as it is. */
export async function* splitLines(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = ''
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest) yield rest
}

/** Whether a line is blank, or one that `npm run` puts in front of what a command prints. */
export function isBanner(line: string): boolean {
  return /^([>$] .*|\s*)\r?$/.test(line)
}

/** The session in a line that export wrote; null when the line is anything else. */
export function readStored(line: string): Stored | null {
  try {
    const { id, owner, rev, expires, data } = JSON.parse(line)
    const isStored =
      typeof id === 'string' &&
      /^[0-9a-f]{64}$/.test(id) &&
      (owner === null || typeof owner === 'string') &&
      isWholeBelow(rev, 1e10) &&
      isWholeBelow(expires, lastDate) &&
      typeof data === 'string' &&
      Buffer.byteLength(data) <= longestData
    return isStored ? { id, owner, rev, expires, data } : null
  } catch {
    return null
  }
}

function isWholeBelow(value: unknown, limit: number): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) < limit
}

/** A session as list shows it: when it ends, and its user. */
export function describeStored({ owner, expires }: Stored): string {
  const end = Math.abs(expires) <= lastDate ? new Date(expires).toISOString() : 'unreadable end'
  return `${end.padEnd(24)}  ${owner ?? '-'}`
}
