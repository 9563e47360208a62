import { type Result, runQuietly } from './child.ts'

/** Installs the dependencies of an app; npm gets ten minutes for it. */
export function installDependencies(folder: string): Promise<Result> {
  const args = ['install', '--no-fund', '--no-audit', '--loglevel=error']
  // npm is a script on Windows, which only a shell can start.
  return process.platform === 'win32'
    ? runQuietly(`npm ${args.join(' ')}`, [], { cwd: folder, seconds: 600, shell: true })
    : runQuietly('npm', args, { cwd: folder, seconds: 600 })
}
