import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { recordFile } from '../generators/app/record.ts'
import type { PackageManager } from '../generators/package-managers.ts'
import { findOutage } from './outage.ts'
import { runManager } from './run-manager.ts'

/** What came of an install; where it was not even tried, why, and what to do first. */
export interface Installed {
  ok: boolean
  output: string
  notTried?: { why: string; first: string }
}

const quiet = {
  npm: ['--no-fund', '--no-audit', '--loglevel=error'],
  // Where CI is set, it takes a missing lockfile for a mistake.
  pnpm: ['--no-frozen-lockfile', '--loglevel=error'],
  yarn: [],
  bun: ['--no-progress', '--no-summary'],
}

/** Installs the dependencies of an app by its package manager, which gets ten minutes for it; tries nothing without the manager or its registry. */
export async function installDependencies(
  folder: string,
  manager: PackageManager,
): Promise<Installed> {
  const { name, howToGet } = manager
  const { isMissing, outage } = await findOutage(folder, manager)
  if (isMissing) return notTried(`${name} is not installed`, `First ${howToGet}, then run`)
  if (outage) return notTried(outage, 'When it answers, run')
  if (name === 'yarn') makeRoot(folder)
  return runManager(manager, ['install', ...quiet[name]], { cwd: folder, seconds: 600 })
}

const notTried = (why: string, first: string) => ({
  ok: false,
  output: why,
  notTried: { why, first },
})

// Below a folder with a package.json, Yarn takes an app without a lockfile for a part of that one; another project may be one.
function makeRoot(folder: string): void {
  if (existsSync(join(folder, recordFile)))
    writeFileSync(join(folder, 'yarn.lock'), '', { flag: 'a' })
}
