import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { pathToFileURL } from 'node:url'
import { runCommand, runSource } from '../command.ts'
import { type Outcome, readOutcomes } from '../outcomes.ts'

type BackendModule = typeof import('../../template/app/test/backend.ts')

const root = join(import.meta.dirname, '../..')
const reporters = { outcomes: '../outcomes.ts', failures: '../failures.ts' }

/** An app with a store, emitted inside the repository, where Node finds the packages of the workspaces. */
export interface EmittedApp {
  folder: string
  /** Whether its server runs in a container. */
  contained: boolean
  remove(): void
}

/** Emits an app with a store into `.apps/<name>`; throws what the command says when it fails. */
export async function emitApp(
  name: string,
  store: string,
  flags: string[] = [],
): Promise<EmittedApp> {
  const folder = join(root, '.apps', name)
  const remove = () => rmSync(folder, { recursive: true, force: true })
  remove()
  mkdirSync(join(root, '.apps'), { recursive: true })
  const all = ['--store', store, '--no-install', '--no-git', ...flags]
  const made = await runSource([`.apps/${name}`, ...all], { cwd: root })
  assert.equal(made.code, 0, made.err)
  return { folder, contained: existsSync(join(folder, 'docker-compose.yml')), remove }
}

/** Adds a user as people do, and returns the random password that the command shows. */
export async function addUser({ folder }: EmittedApp, name: string): Promise<string> {
  const command = 'npm run user -- add "$0" < /dev/null'
  const { out, err } = await runCommand('sh', ['-c', command, name], { cwd: folder })
  const password = /with the password (\S+)/.exec(out)?.[1]
  assert.ok(password, out + err)
  return password
}

/** Skips a test whose server runs in a container, where there is no Docker, and returns whether it did. */
export function lacksDocker(test: TestContext, { contained } = { contained: true }): boolean {
  const isLacking = Boolean(process.env.WITHOUT_DOCKER) && contained
  if (isLacking) test.skip('its server runs in a container, and there is no Docker here')
  return isLacking
}

/** Starts the backend of an app as its own tests do, empty, until the test ends. */
export async function startBackend(
  test: { after: (stop: () => unknown) => void },
  app: string,
): Promise<{ url: string; lacks: BackendModule['lacks'] }> {
  const backend: BackendModule = await import(pathToFileURL(join(app, 'test/backend.ts')).href)
  const { url, stop } = await backend.startBackend()
  test.after(stop)
  return { url, lacks: backend.lacks }
}

interface Run {
  files: string[]
  /** The address of the backend that all the files share; without one, each file starts its own. */
  url?: string
  /** How many files run at the same moment. */
  concurrency?: number
  /** Further options of Node's test runner. */
  options?: string[]
}

/** Runs test files of an emitted app; `failures` says which tests failed and why, and is empty when all is well. */
export async function runTests(
  { folder }: { folder: string },
  { files, url, concurrency = 2, options = [] }: Run,
): Promise<{ outcomes: Outcome[]; failures: string }> {
  const { NODE_TEST_CONTEXT: _inherited, ...env } = process.env
  const reports = mkdtempSync(join(tmpdir(), 'create-sess-app-'))
  const report = join(reports, 'outcomes.jsonl')
  try {
    const { code, out, err } = await runCommand(
      process.execPath,
      [
        '--test',
        // For a busy machine: a test that hangs is found in any case.
        '--test-timeout=300000',
        `--test-concurrency=${concurrency}`,
        `--test-reporter=${join(import.meta.dirname, reporters.outcomes)}`,
        `--test-reporter-destination=${report}`,
        `--test-reporter=${join(import.meta.dirname, reporters.failures)}`,
        '--test-reporter-destination=stdout',
        ...options,
        ...files,
      ],
      {
        cwd: folder,
        env: {
          ...env,
          NODE_COMPILE_CACHE: join(root, '.apps/compile-cache'),
          ...(url && { SESSION_STORE_URL: url }),
        },
        timeoutMs: 3_600_000,
      },
    )
    const outcomes = existsSync(report) ? readOutcomes(report) : []
    return { outcomes, failures: code === 0 ? '' : `${out}${err}` || `exit code ${code}` }
  } finally {
    rmSync(reports, { recursive: true })
  }
}
