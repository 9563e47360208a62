import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { text } from 'node:stream/consumers'

/** What came of a command. */
export interface Ended {
  code: number | null
  out: string
  err: string
}

/** Runs a command to its end; its standard input stays open and silent, as no terminal. */
export async function runCommand(
  command: string,
  args: string[],
  {
    cwd,
    env = process.env,
    timeoutMs = 900_000,
  }: { cwd: string; env?: NodeJS.ProcessEnv; timeoutMs?: number },
): Promise<Ended> {
  // On Windows npm and its kin are scripts, which only a shell starts.
  const shell = process.platform === 'win32' && !isAbsolute(command)
  const child = spawn(command, args, { cwd, env, timeout: timeoutMs, shell })
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ])
  return { code, out, err }
}

/** Runs the command of this repository from its source. */
export function runSource(args: string[], options: { cwd: string; env?: NodeJS.ProcessEnv }) {
  return runCommand(
    process.execPath,
    [join(import.meta.dirname, '../cli/main.ts'), ...args],
    options,
  )
}

/** A folder outside the repository that goes when the test is over. */
export function temporaryFolder(test: { after: (remove: () => void) => void }): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'create-sess-app-'))
  test.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The paths of all that is in a folder, sorted. */
export function listing(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
}
