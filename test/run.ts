import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describeLack, ensureChromium, findChromium } from './machine/chromium.ts'
import { prepareMachine } from './machine/prepare.ts'
import { formatReport, reportFolder } from './report.ts'

// `npm test` runs everything, on a machine that it makes ready; `npm run test:quick` what needs no Docker.
// Words after `--` choose test files, and --store stores: npm test -- apps install --store=redis,sqlite
const root = join(import.meta.dirname, '..')
const quick = process.argv.includes('--quick')
const words = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const slow = ['add', 'adding-a-store', 'asvs', 'install', 'managers', 'switch-apps']
// What install does with the packed app, from its tests to a restart, has these in it.
const within = ['apps']
const only = process.argv.flatMap((word) => /^--store=(.+)$/.exec(word)?.[1]?.split(',') ?? [])

const images = globSync('template/stores/*/docker-compose.yml', { cwd: root }).flatMap(
  (file) => /^\s*image:\s*(\S+)/m.exec(readFileSync(join(root, file), 'utf8'))?.[1] ?? [],
)

if (!quick) console.log('Looking for Docker and the images; making them takes a minute or two.')
const machine = quick
  ? { docker: false, standIns: new Map<string, string>(), env: {}, say: [] }
  : await prepareMachine(images)
for (const line of machine.say) console.log(line)
if (!quick && !machine.docker) {
  console.log('Without it the stores that need a server are not tested; the others are.')
}

const files = globSync('test/*.test.ts', { cwd: root })
  .filter((file) => !quick || !isOneOf(slow, file))
  .filter((file) =>
    words.length > 0 ? words.some((word) => file.includes(word)) : quick || !isOneOf(within, file),
  )
  .sort()
if (files.length === 0) {
  console.error(`No file of test/ has ${words.join(' or ')} in its name`)
  process.exit(2)
}
const browses = files.includes('test/browser.test.ts')
const withoutChromium = browses ? await lackChromium() : ''
if (withoutChromium) console.log(`${withoutChromium}. Without it no real browser is tested.`)

rmSync(join(root, reportFolder), { recursive: true, force: true })
// Whichever test comes first emits an app into the folder above it.
mkdirSync(join(root, reportFolder), { recursive: true })
const failures = join(root, reportFolder, 'failures.txt')
const reporters = {
  spec: 'stdout',
  [pathToFileURL(join(import.meta.dirname, 'failures.ts')).href]: failures,
}
const options = Object.entries(reporters).flatMap(([reporter, destination]) => [
  `--test-reporter=${reporter}`,
  `--test-reporter-destination=${destination}`,
])
const tests = spawn(process.execPath, ['--test', '--test-timeout=2400000', ...options, ...files], {
  cwd: root,
  stdio: 'inherit',
  env: {
    ...process.env,
    ...machine.env,
    WITHOUT_DOCKER: machine.docker ? '' : '1',
    WITHOUT_CHROMIUM: withoutChromium,
    ONLY_STORES: only.join(),
  },
})
const [code] = await once(tests, 'exit')
console.log(formatReport(machine.standIns))
console.log(readFileSync(failures, 'utf8'))
process.exitCode = code ?? 1

/** Why there is no Chromium, after a try to install it where that is allowed; empty when there is one. */
async function lackChromium(): Promise<string> {
  if (!quick) return (await ensureChromium()) ?? ''
  return findChromium() ? '' : describeLack()
}

function isOneOf(names: string[], file: string): boolean {
  return names.some((name) => file === `test/${name}.test.ts`)
}
