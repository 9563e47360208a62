import { readdir } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** Waits until somebody waits for the lock of a file; throws when nobody has within half a minute. */
export async function waitForQueued(file: string): Promise<void> {
  const isQueued = (name: string) =>
    name.startsWith(`${basename(file)}.`) && !name.endsWith('.lock')
  const deadline = Date.now() + 30_000
  while (!(await readdir(dirname(file))).some(isQueued)) {
    if (Date.now() > deadline) throw new Error(`Nobody waits for the lock of ${file}`)
    await pause(10)
  }
}
