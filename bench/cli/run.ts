import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import packageJson from '../../package.json' with { type: 'json' }
import { contestants } from './contestants.ts'
import { type Measures, makeStub, measureRound } from './measure.ts'
import { startRegistry } from './registry.ts'
import { formatTable } from './table.ts'

// Our command beside those that a user would take instead, in one run: npm run bench:cli [-- rounds]
const rounds = Number(process.argv[2] ?? 7)
const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(realpathSync(tmpdir()), 'bench-'))
const run = (...args: string[]) => execFileSync('npm', args, { cwd: root, encoding: 'utf8' }).trim()

run('pack', '--silent', '--pack-destination', folder)
const tarball = join(folder, readdirSync(folder)[0] ?? '')
makeStub(folder)
const registry = await startRegistry(run('config', 'get', 'registry'), {
  manifest: packageJson,
  tarball,
})
const desk = {
  folder,
  registry: registry.address,
  // The root of npm is beside the Node that runs us, which may have none.
  npm: process.env.npm_execpath ?? join(run('root', '--global'), 'npm/bin/npm-cli.js'),
}

const all = contestants(packageJson.version)
const measured = new Map<string, Measures>()
// The first round fills the registry, and is not counted. By turns, so that a busy moment of the machine meets all.
for (let round = 0; round <= rounds; round++) {
  for (const contestant of all) {
    const before = measured.get(contestant.name)
    const measures =
      round > 0 && before ? before : { cold: [], warm: [], scaffold: [], bytes: 0, packages: 0 }
    if (round === 1) Object.assign(measures, { cold: [], warm: [], scaffold: [] })
    await measureRound(contestant, desk, measures)
    measured.set(contestant.name, measures)
  }
}
registry.close()
rmSync(folder, { recursive: true })
console.log(formatTable(all, measured))
console.log(
  `Node ${process.version}, ${rounds} rounds, medians; npm and the tools take their packages from this machine.`,
)
