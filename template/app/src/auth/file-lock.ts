import { mkdir, open, rm, rmdir, stat } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'

const staleAfterMs = 5000
const giveUpAfterMs = 15_000

/** Holds a lock among processes, a file at `path`, and answers how to let go of it; throws when another one keeps it for 15 s. */
export async function lockFile(path: string): Promise<() => Promise<void>> {
  for (const began = Date.now(); Date.now() < began + giveUpAfterMs; await pause(20)) {
    try {
      await (await open(path, 'wx', 0o600)).close()
      return () => rm(path, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      if (await isStale(path)) await removeStale(path)
    }
  }
  throw new Error(`Another process keeps ${path}; remove that file if none does`)
}

/** What a process has left behind that is gone; none holds a lock for so long. */
async function isStale(path: string): Promise<boolean> {
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }))
  return Math.abs(Date.now() - mtimeMs) > staleAfterMs
}

/** One process at a time looks again and removes, or one would remove the new lock of another. */
async function removeStale(path: string): Promise<void> {
  const turn = `${path}.stale`
  try {
    await mkdir(turn)
  } catch {
    if (await isStale(turn)) await rmdir(turn).catch(() => {})
    return
  }
  if (await isStale(path)) await rm(path, { force: true })
  await rmdir(turn)
}
