import assert from 'node:assert/strict'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand, runSource } from '../command.ts'
import { countTests, keepCounts } from '../report.ts'

const root = join(import.meta.dirname, '../..')

/** An app with a store, emitted inside the repository, where Node finds the packages of the workspaces. */
export interface EmittedApp {
  folder: string
  /** Whether its server runs in a container. */
  contained: boolean
  remove(): void
}

/** Emits an app with a store into `.apps/<name>`; throws what the command says when it fails. */
export async function emitApp(name: string, store: string): Promise<EmittedApp> {
  const folder = join(root, '.apps', name)
  const remove = () => rmSync(folder, { recursive: true, force: true })
  remove()
  mkdirSync(join(root, '.apps'), { recursive: true })
  const flags = ['--store', store, '--no-install', '--no-git']
  const made = await runSource([`.apps/${name}`, ...flags], { cwd: root })
  assert.equal(made.code, 0, made.err)
  return { folder, contained: existsSync(join(folder, 'docker-compose.yml')), remove }
}

const scripts = {
  test: (options: string[]) => ['--test', ...options, 'test/*.test.ts'],
  'test:security': (options: string[]) => ['test/security.ts', ...options],
}

interface Run {
  /** The script of the app's `package.json`. */
  script: keyof typeof scripts
  /** The row of the table at the end: the store, or the store and how it was run, as in `redis+cluster`. */
  row: string
  /** Further options of Node's test runner. */
  options?: string[]
}

/** Runs tests of an emitted app, and keeps their counts; throws for a test that is skipped and does not declare why. */
export async function runAppTests({ folder }: EmittedApp, { script, row, options = [] }: Run) {
  const { NODE_TEST_CONTEXT: _inherited, ...env } = process.env
  const spec = ['--test-reporter=spec', '--test-reporter-destination=stdout']
  const ended = await runCommand(
    process.execPath,
    scripts[script](['--test-timeout=60000', ...spec, ...options]),
    { cwd: folder, env, timeoutMs: 900_000 },
  )
  const counts = countTests(ended.out)
  keepCounts(row, counts)
  return { ...ended, counts }
}
