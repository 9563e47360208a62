import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { listStores } from '../generators/template/layers.ts'
import { templateFiles } from '../generators/template/tree.ts'
import { describeLack, ensureChromium, findChromium } from './machine/chromium.ts'
import { type Machine, prepareMachine } from './machine/prepare.ts'
import { listImages } from './machine/store-images.ts'
import { formatReport, reportFolder } from './report.ts'
import { isMeant, listTestFiles, rungs } from './rungs.ts'

// `npm test` runs every rung, on a machine that it makes ready; `npm run test:quick` the first, which
// needs no Docker; `npm run test:full` also what is slow and seldom breaks. Words after `--` choose
// test files, and --store chooses stores: npm test -- apps install --store=redis,sqlite
const root = join(import.meta.dirname, '..')

/** A machine, and why no browser can be tested on it; empty when one can. */
interface Prepared extends Machine {
  withoutChromium: string
}

// Where nobody reads a line that says what was left out, leaving it out is a failure.
const isUnattended = !/^(0|false)?$/.test(process.env.CI ?? '')

const isQuick = process.argv.includes('--quick')
const isFull = process.argv.includes('--full')
const words = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const only = process.argv.flatMap((word) => /^--store=(.+)$/.exec(word)?.[1]?.split(',') ?? [])

const files = listTestFiles().filter((file) => {
  if (words.length > 0) return words.some((word) => isMeant(word, file))
  return isQuick ? file.rung === 'quick' : isFull || !file.isFullOnly
})
const stores = listStores(templateFiles()).map(({ name }) => name)
const unknown = only.filter((name) => !stores.includes(name))
if (unknown.length > 0) {
  console.error(`There is no store ${unknown.join(' and no ')}: choose among ${stores.join(', ')}`)
  process.exit(2)
}
if (files.length === 0) {
  console.error(`No file of test/ has ${words.join(' or ')} in its name`)
  process.exit(2)
}

// A server of a store that was not named is started by what only a full run has, and by nothing else.
const isNarrow = only.length > 0 && !files.some(({ isFullOnly }) => isFullOnly)
const images = listImages(isNarrow ? only : undefined)

rmSync(reportFolder, { recursive: true, force: true })
// Whichever test comes first emits an app into the folder above it.
mkdirSync(reportFolder, { recursive: true })

const isBeyondQuick = !isQuick && files.some(({ rung }) => rung !== 'quick')
// Goes on beside the first rung, which needs none of it.
const preparing = isBeyondQuick ? prepare() : noMachine()

let isFailed = false
const times: string[] = []
for (const rung of rungs) {
  const paths = files.filter((file) => file.rung === rung).map(({ path }) => path)
  if (paths.length === 0) continue
  const machine = rung === 'quick' ? noMachine() : await preparing
  const lack = findLack(rung, machine)
  if (lack) {
    console.error(`\nRung "${rung}" was asked for and cannot run: ${lack}`)
    isFailed = true
    continue
  }
  console.log(`\nRung "${rung}", ${paths.length} files`)
  const began = Date.now()
  isFailed = !(await runRung(rung, paths, machine)) || isFailed
  times.push(`${rung} ${Math.round((Date.now() - began) / 1000)} s`)
}
const { standIns } = await preparing
const table = formatReport(standIns)
if (table) console.log(`\n${table}`)
for (const path of globSync(`${reportFolder}/failures-*.txt`)) {
  process.stdout.write(readFileSync(path, 'utf8'))
}
console.log(`\nIt took: ${times.join(', ')}`)
process.exitCode = isFailed ? 1 : 0

async function runRung(rung: string, paths: string[], machine: Prepared): Promise<boolean> {
  const reporters = { spec: 'stdout', './test/failures.ts': `${reportFolder}/failures-${rung}.txt` }
  const options = Object.entries(reporters).flatMap(([reporter, destination]) => [
    `--test-reporter=${reporter}`,
    `--test-reporter-destination=${destination}`,
  ])
  // In 35 minutes a test that hangs is named, and not CI ended without a word.
  const minutes = isFull ? 240 : 35
  const limits = [`--test-timeout=${minutes * 60_000}`, '--test-concurrency=2']
  const tests = spawn(process.execPath, ['--test', ...limits, ...options, ...paths], {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      ...machine.env,
      WITHOUT_DOCKER: machine.docker ? '' : '1',
      WITHOUT_CHROMIUM: machine.withoutChromium,
      ONLY_STORES: only.join(),
      FULL: isFull ? '1' : '',
      // Half of what the command takes, which the tests of this rung start again and again.
      ...(rung === 'quick' && { NODE_COMPILE_CACHE: join(root, '.apps/compile-cache') }),
    },
  })
  const [code] = await once(tests, 'exit')
  return code === 0
}

/** Why a rung must fail rather than leave out what it was asked for, or undefined. */
function findLack(rung: string, machine: Prepared): string | undefined {
  if (rung === 'quick') return undefined
  const isAsked = isUnattended || only.length > 0
  if (isAsked && !machine.docker && images.length > 0) return machine.say.join('; ')
  return (rung === 'browser' && isUnattended && machine.withoutChromium) || undefined
}

/** Makes this machine ready for containers, and for Chromium where a browser is to be tested. */
async function prepare(): Promise<Prepared> {
  console.log('Looking for Docker and the images; making them takes a minute or two.')
  const machine = await prepareMachine(images)
  for (const line of machine.say) console.log(line)
  if (!machine.docker) {
    console.log('Without it the stores that need a server are not tested; the others are.')
  }
  const isBrowsing = files.some(({ rung }) => rung === 'browser')
  const withoutChromium = isBrowsing ? ((await ensureChromium()) ?? '') : ''
  if (withoutChromium) console.log(`${withoutChromium}. Without it no real browser is tested.`)
  return { ...machine, withoutChromium }
}

function noMachine(): Prepared {
  const withoutChromium = findChromium() ? '' : describeLack()
  const say = ['test:quick starts no server; leave out ":quick"']
  return { docker: false, standIns: new Map(), env: {}, say, withoutChromium }
}
