import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { on, once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Outcome } from '../../cli/report.ts'
import { runCommand, runSource, temporaryFolder } from '../command.ts'

const generator = 'express-generator@4.16.1'

/** The environment of somebody's project: nothing of the test runner in it. */
const { NODE_TEST_CONTEXT: _context, NODE_ENV: _mode, ...env } = process.env

/** Runs a command to its end and demands that it succeeds. */
export async function succeed(cwd: string, command: string, ...args: string[]): Promise<string> {
  const { code, out, err } = await runCommand(command, args, { cwd, env })
  assert.equal(code, 0, `${command} ${args.join(' ')}: ${out}${err}`)
  return out
}

/** Makes the app that express-generator makes, and answers its folder. */
export async function generateExpress(folder: string): Promise<string> {
  const cache = join(tmpdir(), 'create-sess-app-express-generator')
  const bin = join(cache, 'node_modules/express-generator/bin/express-cli.js')
  if (!existsSync(bin)) {
    mkdirSync(cache, { recursive: true })
    const quiet = ['--no-save', '--no-audit', '--no-fund']
    await succeed(cache, 'npm', 'install', '--prefix', cache, ...quiet, generator)
  }
  await succeed(folder, process.execPath, bin, '--no-view', 'shop')
  return join(folder, 'shop')
}

/** Writes files, by their path, and answers the folder. */
export function writeProject(folder: string, files: Record<string, string>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

/** A project with Express in a folder of its own, and these files. */
export function openProject(test: TestContext, files: Record<string, string> = {}): string {
  const manifest = JSON.stringify({ dependencies: { express: '^5.0.0' } }, null, 4)
  return writeProject(temporaryFolder(test), { 'package.json': `${manifest}\n`, ...files })
}

/** Every file of a project but those of its packages, by path. */
export function readAll(folder: string): Map<string, Buffer> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.startsWith('node_modules') && statSync(join(folder, path)).isFile())
    .sort()
  return new Map(paths.map((path) => [path, readFileSync(join(folder, path))]))
}

/** Adds sessions to the project in a folder by the command, and answers what it says of that. */
export async function addTo(cwd: string, ...args: string[]): Promise<Outcome> {
  const { code, out, err } = await runSource(['add', ...args, '--json'], { cwd, env })
  assert.equal(code, 0, out + err)
  return JSON.parse(out)
}

/** The same without the install. */
export const addFiles = (cwd: string, ...args: string[]) => addTo(cwd, '--no-install', ...args)

/** Demands that the command refuses the project in a folder, with this exit code, and leaves it as it was; answers what it says. */
export async function refused(cwd: string, args: string[], code: number): Promise<string> {
  const before = readAll(cwd)
  const ended = await runSource(['add', ...args, '--no-install'], { cwd })
  assert.equal(ended.code, code, ended.out + ended.err)
  assert.deepEqual(readAll(cwd), before)
  return ended.err
}

/** The two lines that the command tells to put into the app. */
export function linesOf({ nextSteps }: Outcome): [string, string] {
  const step = nextSteps.find((each) => each.startsWith('put into')) ?? ''
  const [, bring = '', mount = ''] = step.split('\n').map((line) => line.trim())
  return [bring, mount]
}

/** A project that runs. */
export interface Running {
  address: string
  /** All that it has printed up to now. */
  said(): string
  stop(): Promise<void>
}

/** Runs a file of a project on a port of its own, until the test ends or it is stopped. */
export async function runProject(
  test: TestContext,
  { cwd, file, env: more = {} }: { cwd: string; file: string; env?: NodeJS.ProcessEnv },
): Promise<Running> {
  const child = spawn(process.execPath, [file], {
    cwd,
    // express-generator tells its port to those who debug.
    env: { ...env, ...more, PORT: '0', DEBUG: 'shop:server' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const stop = () => kill(child)
  test.after(stop)
  let said = ''
  const keep = (text: string) => {
    said += text
  }
  child.stdout.setEncoding('utf8').on('data', keep)
  child.stderr.setEncoding('utf8').on('data', keep)
  for await (const _ of on(child.stderr, 'data', { close: ['end'] })) {
    const port = /\bport (\d+)/.exec(said)?.[1]
    if (port) return { address: `http://127.0.0.1:${port}`, said: () => said, stop }
  }
  throw new Error(`The project did not start: ${said}`)
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'close')
}
