import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
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
  const lines: string[] = []
  let failure: NodeJS.ErrnoException | undefined
  try {
    for await (const line of child) lines.push(line)
    // A Ctrl-C goes to both, and it may be heard here a moment later.
    if (child.signalCode === 'SIGINT') await pause(100)
    if (child.signalCode) lines.push(`${command} was stopped by ${child.signalCode}`)
  } catch (error) {
    failure = error as NodeJS.ErrnoException
    const isLate = failure.name === 'AbortError'
    lines.push(isLate ? `${command} took longer than ${seconds} s` : failure.message)
  }
  process.removeListener('exit', stop)
  const ok = !failure && child.exitCode === 0
  return {
    ok,
    found: ok || (failure?.code !== 'ENOENT' && (await isOnPath(command))),
    output: lines.join('\n').trim(),
  }
}

// On Windows it is cmd.exe that does not find a command, which is a failure like any other.
async function isOnPath(command: string): Promise<boolean> {
  return process.platform !== 'win32' || (await x('where.exe', ['/Q', command])).exitCode === 0
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
  // Below a folder with a package.json, Yarn takes an app without a lockfile for a part of that one; another project may be one.
  if (name === 'yarn' && existsSync(join(folder, recordFile))) {
    writeFileSync(join(folder, 'yarn.lock'), '', { flag: 'a' })
  }
  return runQuietly(name, ['install', ...flags[name]], {
    cwd: folder,
    seconds: 600,
    env: { ...process.env, ...env },
  })
}
