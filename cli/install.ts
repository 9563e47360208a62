import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { recordFile } from '../generators/app/record.ts'
import type { PackageManager } from '../generators/package-managers.ts'
import type { Result } from './child.ts'
import { runManager } from './run-manager.ts'

const quiet = {
  npm: ['--no-fund', '--no-audit', '--loglevel=error'],
  // Where CI is set, it takes a missing lockfile for a mistake.
  pnpm: ['--no-frozen-lockfile', '--loglevel=error'],
  yarn: [],
  bun: ['--no-progress', '--no-summary'],
}

/** Installs the dependencies of an app by its package manager, which gets ten minutes for it. */
export function installDependencies(folder: string, manager: PackageManager): Promise<Result> {
  if (manager.name === 'yarn') makeRoot(folder)
  const args = ['install', ...quiet[manager.name]]
  return runManager(manager, args, { cwd: folder, seconds: 600 })
}

// Below a folder with a package.json, Yarn takes an app without a lockfile for a part of that one; another project may be one.
function makeRoot(folder: string): void {
  if (existsSync(join(folder, recordFile)))
    writeFileSync(join(folder, 'yarn.lock'), '', { flag: 'a' })
}
