import { spawnSync } from 'node:child_process'
import type { TestContext } from 'node:test'

/** A disk of a test. */
export interface Disk {
  /** Where it is mounted. */
  at: string
  options?: string
}

/** Mounts a disk of 100 kB for as long as a test needs it; skips the test where that is not allowed. */
export async function withDisk(
  test: TestContext,
  { at, options = 'rw' }: Disk,
  use: () => Promise<void>,
): Promise<void> {
  const args = ['-t', 'tmpfs', '-o', `size=100k,${options}`, 'tmpfs', at]
  const { status, stderr } = spawnSync('mount', args, { encoding: 'utf8' })
  if (status !== 0) {
    test.skip(`no disk can be mounted here: ${stderr?.trim() || 'there is no mount'}`)
    return
  }
  try {
    await use()
  } finally {
    spawnSync('umount', ['-l', at])
  }
}
