import type { PackageManager } from '../generators/package-managers.ts'
import { type Result, runQuietly } from './child.ts'

// Where CI is set, Yarn takes a missing lockfile for a mistake.
const env = { ...process.env, YARN_ENABLE_IMMUTABLE_INSTALLS: 'false' }

/** Runs a package manager to its end, without a word on the terminal. */
export function runManager(
  { name }: PackageManager,
  args: string[],
  options: { cwd: string; seconds: number },
): Promise<Result> {
  // They are scripts on Windows, which only a shell can start.
  return process.platform === 'win32'
    ? runQuietly(`${name} ${args.join(' ')}`, [], { ...options, env, shell: true })
    : runQuietly(name, args, { ...options, env })
}
