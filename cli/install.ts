import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Options, x } from 'tinyexec'
import type { PackageManager } from '../generators/template/package-managers.ts'
import { recordFile } from '../generators/template/record.ts'

/** What came of a command: whether it worked, whether it exists, and what it printed. */
export interface Result {
  ok: boolean
  found: boolean
  output: string
}

/** A command that went wrong, and what it printed. */
export interface Failed {
  command: string
  output: string
  /** The package manager that is not there. */
  missing?: PackageManager | undefined
}

const kept = 10_000

/** Runs a command to its end, or to the end of its time, without a word on the terminal. */
export async function runQuietly(
  command: string,
  args: string[],
  { seconds, ...spawnOptions }: { seconds: number } & Options['nodeOptions'],
): Promise<Result> {
  const child = x(command, args, {
    timeout: seconds * 1000,
    // The variables are those that we were given or give, and nothing of where we run.
    inheritEnv: false,
    nodePath: false,
    nodeOptions: { env: process.env, ...spawnOptions, stdio: ['ignore', 'pipe', 'pipe'] },
  })
  const stop = () => void child.kill()
  process.once('exit', stop)
  let output = ''
  const end = (ok: boolean, found: boolean, last = ''): Result => ({
    ok,
    found,
    output: `${output}\n${last}`.trim(),
  })
  try {
    for await (const line of child) output = `${output}${line}\n`.slice(-kept)
    const { exitCode } = await child
    if (child.aborted) return end(false, true, `${command} took longer than ${seconds} s`)
    const { signalCode } = child
    return end(exitCode === 0, true, signalCode ? `${command} was stopped by ${signalCode}` : '')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return end(false, code !== 'ENOENT', message)
  } finally {
    process.removeListener('exit', stop)
  }
}

// An app is installed to be worked on, whatever the shell is for. Where CI is set, Yarn takes a missing lockfile for a mistake.
const env = { NODE_ENV: 'development', YARN_ENABLE_IMMUTABLE_INSTALLS: 'false' }

const flags = {
  npm: ['--no-fund', '--no-audit', '--loglevel=error', '--include=dev'],
  // Where CI is set, it takes a missing lockfile for a mistake.
  pnpm: ['--prod=false', '--no-frozen-lockfile', '--loglevel=error'],
  yarn: [],
  bun: ['--no-progress', '--no-summary'],
}

/** Installs the dependencies of an app, those for development too, by its package manager, which gets ten minutes for it. */
export function installDependencies(folder: string, { name }: PackageManager): Promise<Result> {
  if (name === 'yarn') makeRoot(folder)
  return runQuietly(name, ['install', ...flags[name]], {
    cwd: folder,
    seconds: 600,
    env: { ...process.env, ...env },
  })
}

// Below a folder with a package.json, Yarn takes an app without a lockfile for a part of that one; another project may be one.
function makeRoot(folder: string): void {
  if (existsSync(join(folder, recordFile)))
    writeFileSync(join(folder, 'yarn.lock'), '', { flag: 'a' })
}
