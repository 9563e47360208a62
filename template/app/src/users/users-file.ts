import { randomUUID } from 'node:crypto'
import {
  chown,
  mkdir,
  open,
  readFile,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  writeFile,
} from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { httpError, remainingMs, safeMessage, withinDeadline } from '../session/index.ts'
import type { UserBackend } from './users.ts'

/** What is kept of one user. */
export interface UserRecord {
  hash: string
  /** When the user was made, in ms since the epoch. */
  created?: number
  /** Sessions that carry another number are over; equal to `created` until it is raised. */
  sessionVersion?: number
  /** How many passwords the user has had since this is counted; one that is hashed anew is the same. */
  passwordVersion?: number
  disabled?: true
  /** Until when a password that somebody else has chosen is good for choosing another, in ms since the epoch. */
  initialUntil?: number
}

/** What the users file holds, by user name. */
export type UserRecords = Record<string, UserRecord>

const longestWaitMs = 15_000

/** Reads and changes the users in a JSON file that only its owner can read, one change at a time, also among processes; throws a 503 where the file cannot be read or written, and has changed nothing then. */
export function openUsersFile(file: string): UserBackend {
  const lock = createLock(`${file}.lock`)
  let cached: { version: string; records: UserRecords } | undefined
  let last: Promise<unknown> = Promise.resolve()

  // Names are keys, and `__proto__` would be one.
  const toRecords = (users: UserRecords): UserRecords => Object.assign(Object.create(null), users)

  /** Whoever was disabled a moment ago is: the file is asked each time, and read when it has changed. */
  async function read(): Promise<UserRecords> {
    try {
      const { ino, mtimeNs, size } = await stat(file, { bigint: true })
      const version = `${ino} ${mtimeNs} ${size}`
      if (cached?.version !== version) {
        cached = { version, records: toRecords(JSON.parse(await readFile(file, 'utf8'))) }
      }
      return cached.records
    } catch (error) {
      throw unavailable(`The users in ${file} cannot be read`, error)
    }
  }

  /** The same, and nobody where there is no file: it is made with the first user. */
  async function readIfMade(): Promise<UserRecords> {
    const wasThere = cached !== undefined
    return read().catch((error) => {
      if (error.cause?.code === 'ENOENT' && !wasThere) return toRecords({})
      throw error
    })
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

  /** Runs `work` on the newest users and stores what it has done to them; nothing when it throws, or other processes change them for longer than `waitMs`, or than the request may wait. Only `makesFile` makes a file that is not there. */
  function edit<Result>(
    work: (records: UserRecords) => Result,
    { waitMs = longestWaitMs, makesFile = false } = {},
  ): Promise<Result> {
    // The deadline of the request would not say what it waited for.
    const end = performance.now() + Math.min(waitMs, 0.9 * remainingMs())
    const mine = last.then(async () => {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 })
      const unlock = await lock(end)
      try {
        const records = toRecords(structuredClone(await (makesFile ? readIfMade() : read())))
        const result = work(records)
        await write(records)
        return result
      } finally {
        await unlock()
      }
    })
    last = mine.catch(() => {})
    return withinDeadline(() => mine).catch((error) => {
      const isOfSystem = /^E[A-Z\d]+$/.test((error as NodeJS.ErrnoException).code ?? '')
      throw isOfSystem ? unavailable(`The users in ${file} cannot be changed`, error) : error
    })
  }

  return {
    place: file,
    find: async (name) => (await read())[name],

    async *scan() {
      yield* Object.entries(await readIfMade())
    },

    change: (name, change, { isHasty = false, isFirst = false } = {}) =>
      edit(
        (records) => {
          const record = change(records[name], findLike(name, Object.keys(records)))
          if (record === null) delete records[name]
          else if (record) records[name] = record
          return record
        },
        { makesFile: isFirst, ...(isHasty && { waitMs: 0 }) },
      ),

    changeAll: (change) =>
      edit((records) => {
        for (const [name, record] of Object.entries(records)) records[name] = change(record)
        return Object.entries(records)
      }),

    close: async () => {},
  }
}

/** The one of other names that differs in case only. */
function findLike(name: string, others: string[]): string | undefined {
  return others.find((each) => each !== name && each.toLowerCase() === name.toLowerCase())
}

/** A full disk or a folder that is not mounted, which the next request may find well again. */
function unavailable(what: string, cause: unknown) {
  return httpError(503, 'users_unavailable', `${what}: ${safeMessage(cause)}`, cause)
}

const staleAfterMs = 5000

/**
 * Makes the lock among processes that is a file at `path`: the function holds it and resolves with
 * how to release it, or throws a 503 when others keep it until `end`. What a process leaves behind
 * that is gone is removed once it was seen here for five seconds; none is held for so long.
 */
function createLock(path: string): (end: number) => Promise<() => Promise<void>> {
  const isStale = watch(path)
  const mutex = `${path}.stale`
  const isMutexStale = watch(mutex)

  /** Returns what is in the lock then. */
  async function take(): Promise<string> {
    const lock = await open(path, 'wx', 0o600)
    // For whoever waits; where that does not fit on the disk, it is locked all the same.
    let text = `process ${process.pid} on ${hostname()}\n${randomUUID()}\n`
    await lock.writeFile(text).catch(() => {
      text = ''
    })
    await lock.close()
    return text
  }

  /** Removes the lock, unless another process took it over from this one, as it was stopped for long. */
  async function release(text: string): Promise<void> {
    // One that cannot be read, without a free file handle, say, is its own for as long as five seconds.
    const found = await readFile(path, 'utf8').catch(() => text)
    if (found === text) await rm(path, { force: true })
  }

  /** One process at a time looks again and removes, or one would remove the new lock of another. */
  async function removeStale(): Promise<void> {
    try {
      await mkdir(mutex)
    } catch {
      if (await isMutexStale()) await rmdir(mutex).catch(() => {})
      return
    }
    if (await isStale()) await rm(path, { force: true })
    await rmdir(mutex)
  }

  return async (end) => {
    for (;;) {
      try {
        const text = await take()
        return () => release(text)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
        if (await isStale()) await removeStale()
      }
      if (performance.now() > end) throw await isHeld(path)
      await pause(20)
    }
  }
}

async function isHeld(path: string) {
  const [holder] = (await readFile(path, 'utf8').catch(() => '')).split('\n')
  const message = `${path} is kept by ${holder || 'another process'}; remove that file if it has ended`
  return httpError(503, 'users_unavailable', message)
}

/** Says whether the same file has been at `path` for too long, by the clock of this process: that of a volume may be another. */
function watch(path: string): () => Promise<boolean> {
  let seen = { file: '', since: 0 }
  return async () => {
    const stats = await stat(path, { bigint: true }).catch(() => null)
    const file = stats ? `${stats.ino} ${stats.mtimeNs}` : ''
    if (file !== seen.file) seen = { file, since: performance.now() }
    return stats !== null && performance.now() - seen.since > staleAfterMs
  }
}
