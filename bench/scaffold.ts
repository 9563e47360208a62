import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// How long a whole scaffold takes, without npm install: ours, packed and installed, beside create-vite's.
// node bench/scaffold.ts [rounds]
const rounds = Number(process.argv[2] ?? 9)
const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'bench-'))
const quiet = { cwd: folder, stdio: 'pipe' as const }

execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { ...quiet, cwd: root })
const tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '')
execFileSync('npm', ['install', '--no-save', tarball, 'create-vite@9.3.0'], quiet)

const commands = {
  'create-sess-app': ['--store', 'sqlite', '--yes', '--no-install', '--no-git'],
  'create-vite': ['--template', 'vanilla-ts', '--no-interactive'],
}
const times: Record<string, number[]> = { 'create-sess-app': [], 'create-vite': [] }

// By turns, so that a busy moment of the machine meets both.
for (let round = 0; round < rounds; round++) {
  for (const [name, flags] of Object.entries(commands)) {
    const bin = join(folder, 'node_modules/.bin', name)
    const began = performance.now()
    execFileSync(process.execPath, [bin, `${name}-${round}`, ...flags], quiet)
    times[name]?.push(performance.now() - began)
  }
}

const median = (name: string) =>
  times[name]?.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN
for (const name of Object.keys(commands)) console.log(`${name}: ${Math.round(median(name))} ms`)
console.log(`ratio: ${(median('create-sess-app') / median('create-vite')).toFixed(2)}`)
console.log(`Node ${process.version}, ${rounds} rounds, tarball ${statSync(tarball).size} bytes`)
rmSync(folder, { recursive: true })
