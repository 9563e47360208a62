import { open, rm, stat } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'

// No holder works for longer than some milliseconds: a lock this old is of a process that died.
const staleMs = 10_000

const isCode = (error: unknown, code: string) => (error as NodeJS.ErrnoException).code === code

async function take(lock: string, deadline: number): Promise<void> {
  try {
    await (await open(lock, 'wx', 0o600)).close()
    return
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error
  }
  const age = await stat(lock).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  )
  if (age > staleMs) await rm(lock, { force: true })
  else if (Date.now() > deadline) throw new Error('Another process holds the lock of this session')
  else await pause(2 + Math.random() * 5)
  await take(lock, deadline)
}

/** Makes a function that runs work on a file alone, among the requests of this process and all other processes; a wait of over `timeoutMs` throws. */
export function createLocks(timeoutMs: number) {
  const queues = new Map<string, Promise<unknown>>()

  return async function alone<Answer>(file: string, work: () => Promise<Answer>): Promise<Answer> {
    const before = queues.get(file) ?? Promise.resolve()
    const mine = before.then(async () => {
      await take(`${file}.lock`, Date.now() + timeoutMs)
      return await work().finally(() => rm(`${file}.lock`, { force: true }))
    })
    const settled = mine.catch(() => {})
    queues.set(file, settled)
    try {
      return await mine
    } finally {
      if (queues.get(file) === settled) queues.delete(file)
    }
  }
}
