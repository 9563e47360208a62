import type { Stored } from './backend.ts'

// A session is JSON of its head, a line feed, and its data as it is.
const headEnd = '\n'

/** The value of a session. */
export function formatValue({ owner, rev, expires, data }: Stored): string {
  return JSON.stringify({ owner, rev, expires }) + headEnd + data
}

/** The session in a value of `formatValue`, expired or not; of any other value all is `data`, for the reader to report and remove. */
export function parseValue(id: string, value: string): Stored {
  const end = value.indexOf(headEnd)
  try {
    const { owner, rev, expires } = JSON.parse(value.slice(0, end))
    return { id, owner, rev, expires, data: value.slice(end + headEnd.length) }
  } catch {
    return { id, owner: null, rev: 0, expires: Number.MAX_SAFE_INTEGER, data: value }
  }
}
