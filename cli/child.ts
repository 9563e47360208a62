import { type SpawnOptions, spawn } from 'node:child_process'

/** What came of a command: whether it worked, whether it exists, and what it printed. */
export interface Result {
  ok: boolean
  found: boolean
  output: string
}

/** Runs a command to its end, or to the end of its time, without a word on the terminal. */
export function runQuietly(
  command: string,
  args: string[],
  { seconds, ...options }: { cwd: string; seconds: number } & SpawnOptions,
): Promise<Result> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      ...options,
      // Not its timeout, whose timer goes on when there is no such command.
      signal: AbortSignal.timeout(seconds * 1000),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const stop = () => child.kill()
    process.once('exit', stop)
    let output = ''
    const keep = (text: string) => {
      output = (output + text).slice(-10_000)
    }
    child.stdout?.setEncoding('utf8').on('data', keep)
    child.stderr?.setEncoding('utf8').on('data', keep)
    const finish = (ok: boolean, found = true) => {
      process.removeListener('exit', stop)
      resolve({ ok, found, output: output.trim() })
    }
    child.once('error', (error: NodeJS.ErrnoException) => {
      const late = error.name === 'AbortError'
      keep(`\n${late ? `${command} took longer than ${seconds} s` : error.message}`)
      finish(false, error.code !== 'ENOENT')
    })
    child.once('close', (code, signal) => {
      if (signal) keep(`\n${command} was stopped by ${signal}`)
      finish(code === 0)
    })
  })
}
