import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type FileHandle, mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify, stripVTControlCharacters } from 'node:util'

const execute = promisify(execFile)
// Not SIGTERM: a shell script (debootstrap) only hears that when its present child has ended.
const killSignal = 'SIGKILL'

/** Runs a program, bounded in time, and returns what it printed. */
export async function read(seconds: number, program: string, ...args: string[]): Promise<string> {
  const { stdout } = await execute(program, args, { timeout: seconds * 1000, killSignal })
  return stdout.trim()
}

/** Runs a slow program quietly, bounded in time; when it fails, the error names its log. */
export async function run(seconds: number, program: string, ...args: string[]): Promise<void> {
  const { path, file } = await openLog(program)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  try {
    const child = spawn(program, args, {
      stdio: ['ignore', file.fd, file.fd],
      env,
      timeout: seconds * 1000,
      killSignal,
    })
    const [code] = await once(child, 'exit')
    if (code !== 0) {
      const reason = code === null ? `stopped after ${seconds} s` : await readReason(path)
      throw new Error(`${program} ${args[0]} failed: ${reason} (log: ${path})`)
    }
    await rm(dirname(path), { recursive: true })
  } finally {
    await file.close()
  }
}

/** Opens a log for a program, in a new folder of its own. */
export async function openLog(program: string): Promise<{ path: string; file: FileHandle }> {
  const path = join(await mkdtemp(join(tmpdir(), 'create-sess-app-')), `${program}.log`)
  return { path, file: await open(path, 'w') }
}

/** Reads from a log why its program failed. */
export async function readReason(path: string): Promise<string> {
  return findReason(await readFile(path, 'utf8'))
}

/** Says in one line why a program failed. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if ('syscall' in error && String(error.syscall).startsWith('spawn')) return 'command not found'
  if ('killed' in error && error.killed === true) return 'no answer in time'
  const printed = 'stderr' in error && typeof error.stderr === 'string' ? error.stderr : ''
  return findReason(printed) || findReason(error.message)
}

function findReason(text: string): string {
  const lines = stripVTControlCharacters(text).trim().split('\n')
  const reason = lines.findLast((line) => /^(E:|error|failed)/i.test(line)) ?? lines.at(-1)
  return reason?.trim() ?? ''
}
