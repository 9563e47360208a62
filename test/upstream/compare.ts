import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from '../command.ts'
import { imageOf } from '../machine/store-images.ts'
import { loadPackage } from './open-package.ts'
import type { Outcome } from './reporter.ts'

/** What came of all cases for one package. */
export interface Column {
  name: string
  /** The packages of npm that ran, with their versions. */
  packages: string[]
  /** The image of the server; none where there is no server. */
  image: string | undefined
  outcomes: Outcome[]
}

const root = join(import.meta.dirname, '../..')

/** The names of all packages, the project's own store last. */
export function packageNames(): string[] {
  const names = readdirSync(join(import.meta.dirname, 'packages')).map((file) => file.slice(0, -3))
  const last = (name: string) => (name === 'ours' ? 1 : 0)
  return names.sort((a, b) => last(a) - last(b) || a.localeCompare(b))
}

/** Asks every package all cases, two at a time, each in a process of its own. */
export async function compareAll(): Promise<Column[]> {
  const names = packageNames()
  const columns: Column[] = []
  const work = async () => {
    for (let name = names.shift(); name; name = names.shift()) columns.push(await compareOne(name))
  }
  await Promise.all([work(), work()])
  const order = packageNames()
  return columns.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
}

/** The images of all servers. */
export async function imagesNeeded(): Promise<string[]> {
  const packages = await Promise.all(packageNames().map(loadPackage))
  const images = packages.flatMap(({ backend }) => imageOf(backend) ?? [])
  return [...new Set(images)]
}

async function compareOne(name: string): Promise<Column> {
  const { packages, backend } = await loadPackage(name)
  return {
    name,
    packages: packages.map((each) => `${each} ${versionOf(each)}`),
    image: imageOf(backend),
    outcomes: await runCases(name),
  }
}

async function runCases(name: string): Promise<Outcome[]> {
  const folder = join(root, '.apps/upstream')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${name}.jsonl`)
  rmSync(file, { force: true })
  const { NODE_TEST_CONTEXT: _inherited, ...env } = process.env
  const flags = [
    '--test-force-exit',
    `--test-reporter=${join(import.meta.dirname, 'reporter.ts')}`,
    `--test-reporter-destination=${file}`,
  ]
  const cases = join(import.meta.dirname, 'cases.ts')
  const { out, err } = await runCommand(process.execPath, [...flags, cases, name], {
    cwd: root,
    env,
  })
  if (!existsSync(file)) throw new Error(`No case of ${name} ran:\n${out}${err}`)
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  return lines.map((line) => JSON.parse(line))
}

function versionOf(name: string): string {
  return JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version
}
