import type { Stored } from './contract.ts'

const maxPrefix = 180

/** The server of an address, as memcache-client names it; throws, and says what to set, when the address or the prefix will not do. */
export function readServer(url: string, prefix: string): string {
  const [, host, port = '11211'] = /^memcached:\/\/([\w.-]+)(?::(\d+))?\/?$/.exec(url) ?? []
  if (!host) {
    // Where there is no @, what follows // may be a password without its host.
    const shown = url.replace(/:(.*@|[^@]*$)/s, '://***@')
    throw new Error(
      `SESSION_STORE_URL is "${shown}"; set the name or IPv4 address of one server, without user and path, such as memcached://127.0.0.1:11211`,
    )
  }
  if (prefix.length > maxPrefix) {
    throw new Error(
      `SESSION_KEY_PREFIX has ${prefix.length} characters; Memcached's keys have room for ${maxPrefix}`,
    )
  }
  return `${host}:${port}`
}

// Above it, Memcached takes a number for seconds since the epoch.
const maxRelative = 30 * 86_400
const daySeconds = 86_400

/** A time in ms as Memcached takes it: in seconds from now, whatever its clock says, or where that is too far away since the epoch, a day late; never earlier than the exact time, which is in the value. */
export function toExpiry(ms: number): number {
  const seconds = Math.max(1, Math.ceil((ms - Date.now()) / 1000) + 2)
  return seconds <= maxRelative ? seconds : Math.ceil(ms / 1000) + daySeconds
}

/** Whether the server has answered, and refused what it was asked: it has no room, or the item is too large. */
export const isRefusal = (error: unknown) =>
  /^(SERVER|CLIENT)_ERROR\b/.test((error as Error).message)

/** Whether the server did what a command asked for; false when the key is missing, or exists and should not, or was written since; throws when the server could not be asked. */
export async function isDone(command: Promise<unknown>): Promise<boolean> {
  try {
    await command
    return true
  } catch (error) {
    if (/^(NOT_STORED|NOT_FOUND|EXISTS)$/.test((error as Error).message)) return false
    throw error
  }
}

// The value of a session is JSON of its head, a line feed, and its data as it is.
const headEnd = '\n'

/** A session as the value of its key. */
export function formatValue({ owner, rev, expires, data }: Stored): string {
  return JSON.stringify({ owner, rev, expires }) + headEnd + data
}

/** The session in a value of `formatValue`, expired or not; any other value becomes `data` as a whole, for the reader to report and remove. */
export function parseValue(id: string, value: string): Stored {
  const end = value.indexOf(headEnd)
  try {
    const { owner, rev, expires } = JSON.parse(value.slice(0, end))
    return { id, owner, rev, expires, data: value.slice(end + headEnd.length) }
  } catch {
    return { id, owner: null, rev: 0, expires: Number.MAX_SAFE_INTEGER, data: value }
  }
}
