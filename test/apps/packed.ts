import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { runCommand } from '../command.ts'

const root = join(import.meta.dirname, '../..')

const {
  NODE_TEST_CONTEXT: _context,
  NODE_ENV: _mode,
  ...inherited
} = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')))
// On Windows it may be called Path.
const pathName = Object.keys(inherited).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH'
const path = inherited[pathName]?.split(delimiter).filter((each) => !each.includes('node_modules'))
delete inherited[pathName]

/** The environment of a user: this machine's own Node and npm, nothing of this repository. */
export const userEnvironment: NodeJS.ProcessEnv = { ...inherited, PATH: path?.join(delimiter) }

/** Packs this repository as it would be published; resolves to the file. */
export async function packTarball(folder: string): Promise<string> {
  await runCommand('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root })
  return join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '')
}

/** Runs a command of a user, and returns what it prints; throws that where it fails. */
export async function succeed(
  command: string,
  args: string[],
  cwd: string,
  env = userEnvironment,
): Promise<string> {
  const { code, out, err } = await runCommand(command, args, { cwd, env })
  assert.equal(code, 0, `${command} ${args.join(' ')}: ${out}${err}`)
  return out
}
