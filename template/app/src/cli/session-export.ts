import type { SessionBackend, Stored } from '../session/index.ts'
import { type Command, showProgress } from './command.ts'
import { inBatches, liveSessions, type Store } from './live-sessions.ts'

/** What is said of sessions that are not among the live ones. */
export function describeEnded(count: number): string {
  if (count === 0) return ''
  return ` Left out ${count} whose user is gone, or has been logged out by a new password, a revoke or being disabled.`
}

/** `npm run sessions -- export > file`; no app may run until the import, for it would bring back what is logged out between the two. */
export const exportSessions: Command<Store> = {
  about:
    'every live session, one JSON object a line, to a file; stop the app before it, and start it after the import',
  ownsOutput: true,
  async run(_said, open) {
    let count = 0
    let ended = 0
    let unreadable = 0
    const onEnded = () => ended++
    for await (const { stored, state } of liveSessions(await open(), { onEnded })) {
      if (!state || !isStored(stored)) {
        unreadable++
        continue
      }
      console.log(JSON.stringify(stored))
      count++
      if (!process.stdout.isTTY) showProgress(`${count} sessions`)
    }
    const damaged = unreadable > 0 ? ` Left out ${unreadable} that cannot be read.` : ''
    const left = `${describeEnded(ended)}${damaged}`
    const advice =
      'Who logs out of an app that runs between this and the import is logged in again by it.'
    const message = `Exported ${count} sessions.${left} ${advice}`
    return { message, data: { exported: count, leftOut: ended, unreadable } }
  },
}

/** `npm run sessions -- import < file` */
export const importSessions: Command<Store> = {
  about:
    'store what export wrote, of this or another store, before the app is started: it brings back what was logged out since',
  async run(_said, open) {
    const { backend } = await open()
    let count = 0
    let failed = Number.POSITIVE_INFINITY
    try {
      await inBatches(readLines(process.stdin.setEncoding('utf8')), async ({ number, stored }) => {
        try {
          if (await importSession(backend, stored)) count++
        } catch (error) {
          failed = Math.min(failed, number)
          throw error
        }
        showProgress(`${count} sessions`)
      })
    } catch (error) {
      const line = (error as { line?: number }).line ?? failed
      console.error(
        `Line ${line} failed; ${count} sessions are imported, and are left as they are when you import again. Let no app run until then: a second import brings back who has logged out of it.`,
      )
      throw error
    }
    return { message: `Imported ${count} sessions.`, data: { imported: count } }
  },
}

/** The sessions of a text that comes in pieces; throws, with its number, at a line that is none. */
async function* readLines(pieces: AsyncIterable<string>) {
  let number = 0
  for await (const line of splitLines(pieces)) {
    number++
    if (isBanner(line)) continue
    const stored = readStored(line)
    if (stored) yield { number, stored }
    else {
      const message = 'This is no session as export writes it; mend the line or drop it'
      throw Object.assign(new Error(message), { line: number })
    }
  }
}

/** Node's readline would also cut at U+2028, which JSON leaves as it is. */
async function* splitLines(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = ''
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest) yield rest
}

/** Whether a line is blank, or one that `npm run` puts in front of what a command prints. */
function isBanner(line: string): boolean {
  return /^([>$] .*|\s*)\r?$/.test(line)
}

/** Stores a session, unless it has ended or is there already. */
async function importSession(backend: SessionBackend, stored: Stored): Promise<boolean> {
  if (stored.expires <= Date.now() || (await backend.read(stored.id))) return false
  await backend.insert(stored)
  return true
}

const lastDate = 8.64e15

/** The session in a line that export wrote; null when the line is anything else. */
function readStored(line: string): Stored | null {
  try {
    const { id, owner, rev, expires, data } = JSON.parse(line)
    const stored = { id, owner, rev, expires, data }
    return isStored(stored) ? stored : null
  } catch {
    return null
  }
}

/** Whether every store can keep it; what is read from a damaged record may be anything. */
function isStored({ id, owner, rev, expires, data }: Record<keyof Stored, unknown>): boolean {
  return (
    typeof id === 'string' &&
    /^[0-9a-f]{64}$/.test(id) &&
    (owner === null || typeof owner === 'string') &&
    isWholeBelow(rev, 1e10) &&
    isWholeBelow(expires, lastDate) &&
    typeof data === 'string' &&
    Buffer.byteLength(data) <= 350_000
  )
}

function isWholeBelow(value: unknown, limit: number): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) < limit
}
