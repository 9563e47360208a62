import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { prepareMachine } from './machine/prepare.ts'
import { formatReport, reportFolder } from './report.ts'

// `npm test` runs everything, on a machine that it makes ready; `npm run test:quick` what needs no Docker.
// Words after `--` choose test files, and --store stores: npm test -- apps install --store=redis,sqlite
const root = join(import.meta.dirname, '..')
const quick = process.argv.includes('--quick')
const words = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const slow = ['adding-a-store', 'install']
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
  .filter((file) => !quick || !slow.some((name) => file === `test/${name}.test.ts`))
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  .sort()
if (files.length === 0) {
  console.error(`No file of test/ has ${words.join(' or ')} in its name`)
  process.exit(2)
}
rmSync(join(root, reportFolder), { recursive: true, force: true })
// Whichever test comes first emits an app into the folder above it.
mkdirSync(join(root, reportFolder), { recursive: true })
const tests = spawn(process.execPath, ['--test', '--test-timeout=1200000', ...files], {
  cwd: root,
  stdio: 'inherit',
  env: {
    ...process.env,
    ...machine.env,
    WITHOUT_DOCKER: machine.docker ? '' : '1',
    ONLY_STORES: only.join(),
  },
})
const [code] = await once(tests, 'exit')
console.log(formatReport(machine.standIns))
process.exitCode = code ?? 1
