import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { inherited } from './server.ts'

const file = fileURLToPath(new URL('../../../src/cli/sessions.ts', import.meta.url))

/** Runs `npm run sessions` with --json and returns what it says as data; throws unless it ends with `code`. */
export async function runJson(
  env: NodeJS.ProcessEnv,
  args: string[],
  { input = '', code = 0, cwd = process.cwd() } = {},
) {
  const { out, err, code: ended } = await runSessions(env, [...args, '--json'], { input, cwd })
  if (ended !== code) throw new Error(`${args[0]} ended with ${ended}: ${out}${err}`)
  return JSON.parse(args[0] === 'export' ? err : out)
}

/** Runs `npm run sessions`. */
export async function runSessions(
  env: NodeJS.ProcessEnv,
  args: string[],
  { input = '', cwd = process.cwd() } = {},
) {
  const child = spawn(process.execPath, [file, ...args], { cwd, env: { ...inherited, ...env } })
  const code = new Promise<number | null>((resolve) => child.on('close', resolve))
  child.stdin.on('error', () => {}).end(input)
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { out, err, code: await code }
}
