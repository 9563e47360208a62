import { randomUUID } from 'node:crypto'
import { chown, mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { lockFile } from './file-lock.ts'

/** What the users file holds of one user. */
export interface UserRecord {
  hash: string
  /** When the user was made, in ms since the epoch of time. */
  created?: number
  /** Sessions that carry another number than this are over; equal to `created` until it is moved. */
  epoch?: number
  disabled?: true
  /** Until when a password that somebody else has chosen is good for choosing another, in ms since the epoch of time. */
  initialUntil?: number
}

/** What the users file holds, by user name. */
export type UserRecords = Record<string, UserRecord>

/** Reads and changes the users in a JSON file that only its owner can read, one change at a time, also among processes. */
export function openUsersFile(file: string) {
  let kept: { version: string; records: UserRecords } | undefined

  async function load(): Promise<UserRecords> {
    const records: UserRecords = JSON.parse(await readFile(file, 'utf8'))
    return Object.assign(Object.create(null), records)
  }

  /** The users of now: whoever was disabled a moment ago is, so the file is asked each time, and read when it is another. */
  async function read(): Promise<UserRecords> {
    try {
      const { ino, mtimeNs, size } = await stat(file, { bigint: true })
      const version = `${ino} ${mtimeNs} ${size}`
      if (kept?.version !== version) kept = { version, records: await load() }
      return kept.records
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Object.create(null)
      throw error
    }
  }

  async function write(records: UserRecords): Promise<void> {
    // A link stays one, and what it leads to is replaced.
    const target = await realpath(file).catch(() => file)
    const draft = `${target}.${randomUUID()}`
    try {
      await writeFile(draft, `${JSON.stringify(records, null, 2)}\n`, { mode: 0o600 })
      if (process.getuid?.() === 0) {
        // Or what root does by `npm run user` would take the users from the app.
        const { uid, gid } = await stat(target).catch(() => stat(dirname(target)))
        await chown(draft, uid, gid)
      }
      await rename(draft, target)
    } catch (error) {
      await rm(draft, { force: true })
      throw error
    }
  }

  let last: Promise<unknown> = Promise.resolve()

  return {
    read,

    /** Runs `edit` on the users of now and stores what it has done to them; nothing when it throws. */
    change<Answer>(edit: (records: UserRecords) => Answer): Promise<Answer> {
      const mine = last.then(async () => {
        await mkdir(dirname(file), { recursive: true, mode: 0o700 })
        const unlock = await lockFile(`${file}.lock`)
        try {
          const records: UserRecords = Object.assign(
            Object.create(null),
            structuredClone(await read()),
          )
          const answer = edit(records)
          await write(records)
          return answer
        } finally {
          await unlock()
        }
      })
      last = mine.catch(() => {})
      return mine
    },
  }
}
