import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, rmdir, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { isThere } from './record-file.ts'

// The lock of a file is a folder, held while the holder's own folder is in it. A holder changes
// the file only by renames out of its folder and into it. Whoever takes a lock over removes the
// holder's folder, so a process that was stopped and goes on can no longer change anything.

// No step takes longer than some milliseconds: a lock this old belongs to a process that died or was stopped.
const staleMs = 10_000

// The errors of a rename onto a folder that is not empty (Linux, others, Windows), and onto a file.
const heldCodes = ['ENOTEMPTY', 'EEXIST', 'EPERM', 'ENOTDIR']

const isCode = (error: unknown, ...codes: string[]) =>
  codes.includes((error as NodeJS.ErrnoException).code ?? '')

const ageOf = (path: string) =>
  stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  )

/** Removes a lock or a draft that is too old to be in use. */
export async function removeStale(path: string): Promise<void> {
  // Listed before the age is read: whoever takes the lock over after this is not on the list, and keeps it.
  const inside = await readdir(path).catch(() => null)
  if ((await ageOf(path)) <= staleMs) return
  for (const name of inside ?? []) await rm(join(path, name), { recursive: true, force: true })
  await (inside ? rmdir(path) : rm(path)).catch(() => {})
}

async function take(file: string, deadline: number): Promise<string> {
  const lock = `${file}.lock`
  const name = randomUUID()
  const draft = `${file}.${name}`
  // One after the other: `recursive` would make the folder of the sessions again, where it was moved away.
  await mkdir(draft, { mode: 0o700 })
  await mkdir(join(draft, name), { mode: 0o700 })
  for (;;) {
    const error = await rename(draft, lock).catch((reason: unknown) => reason)
    if (!error) return join(lock, name)
    const isHeld = isCode(error, ...heldCodes)
    if (!isHeld || Date.now() > deadline) {
      await rm(draft, { recursive: true, force: true })
      if (!isHeld) throw error
      throw new Error('Another process holds the lock of this session', { cause: error })
    }
    await removeStale(lock)
    await pause(2 + Math.random() * 5)
    // The age of the lock counts from when it is taken.
    await utimes(draft, new Date(), new Date())
  }
}

async function release(file: string, own: string): Promise<void> {
  // The folder is mostly empty, and then this is three times as fast.
  await rmdir(own).catch(() => rm(own, { recursive: true, force: true }))
  // This fails on a lock that another process has taken over, since its folder is in there.
  await rmdir(`${file}.lock`)
}

/**
 * Creates a mutex for each file that holds among the requests of this process and all other processes; a wait of over `timeoutMs` throws.
 * The work gets a folder, and changes the file only by renames out of that folder or into it; if the lock is lost meanwhile, these fail and the work runs again.
 */
export function createLocks(timeoutMs: number) {
  const queues = new Map<string, Promise<unknown>>()

  async function runLocked<Result>(file: string, work: (own: string) => Promise<Result>) {
    const deadline = Date.now() + timeoutMs
    for (;;) {
      const own = await take(file, deadline)
      try {
        return await work(own)
      } catch (error) {
        if (!isCode(error, 'ENOENT') || (await isThere(own))) throw error
      } finally {
        // The work is done or has failed; a lock that cannot be released is taken over later.
        await release(file, own).catch(() => {})
      }
    }
  }

  return async function runExclusive<Result>(
    file: string,
    work: (own: string) => Promise<Result>,
  ): Promise<Result> {
    const before = queues.get(file) ?? Promise.resolve()
    const mine = before.then(() => runLocked(file, work))
    const settled = mine.catch(() => {})
    queues.set(file, settled)
    try {
      return await mine
    } finally {
      if (queues.get(file) === settled) queues.delete(file)
    }
  }
}
