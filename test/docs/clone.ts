import assert from 'node:assert/strict'
import { cpSync, existsSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from '../command.ts'

const root = join(import.meta.dirname, '../..')

/** The environment of somebody who has just cloned: nothing in it comes from the run of these tests. */
export const cloneEnvironment: NodeJS.ProcessEnv = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(NODE_TEST_CONTEXT|NODE_COMPILE_CACHE|ONLY_STORES|FULL|CI|npm_.*)$/.test(name),
  ),
)

/** Runs a command in a folder and demands that it succeeds; resolves to what it printed. */
export async function succeed(cwd: string, command: string, ...args: string[]): Promise<string> {
  const { code, out, err } = await runCommand(command, args, { cwd, env: cloneEnvironment })
  assert.equal(code, 0, `${command} ${args.join(' ')}: ${out}${err}`)
  return out
}

/** A copy of this repository as it is, in a git repository of its own, with its packages: copied where they are to change, else linked. */
export async function cloneRepository(
  clone: string,
  packages: 'copied' | 'linked' | 'none',
): Promise<void> {
  const listed = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const paths = (await succeed(root, 'git', ...listed)).split('\0').filter((path) => path !== '')
  for (const path of paths.filter((each) => existsSync(join(root, each)))) {
    cpSync(join(root, path), join(clone, path))
  }
  const modules = join(root, 'node_modules')
  const copy = join(clone, 'node_modules')
  if (packages === 'copied') cpSync(modules, copy, { recursive: true, verbatimSymlinks: true })
  if (packages === 'linked') symlinkSync(modules, copy)
  await succeed(clone, 'git', 'init', '--quiet')
}
