import { spawnSync } from 'node:child_process'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

// `npm run newest` takes the newest version of every package, for a test run only: pins stay as they
// are in git. Node, and the types of it, are chosen and not raised.
const root = join(import.meta.dirname, '..')
const chosen = /^(node-|@types\/node$)/
// A command line and no program: on Windows npm is a script.
const npm = (words: string) =>
  spawnSync(`npm ${words}`, {
    cwd: root,
    encoding: 'utf8',
    shell: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })

const { stdout, status } = npm('outdated --json')
// It ends with 1 where something is outdated.
if (status !== 0 && status !== 1) throw new Error(`npm outdated ended with ${status}: ${stdout}`)
const newest = new Map(
  Object.entries<{ latest: string } | { latest: string }[]>(JSON.parse(stdout || '{}'))
    .filter(([name]) => !chosen.test(name))
    .map(([name, found]) => [name, [found].flat()[0]?.latest ?? '']),
)

for (const path of globSync('{.,template/*,template/stores/*}/package.json', { cwd: root })) {
  const file = join(root, path)
  const text = readFileSync(file, 'utf8')
  const raised = text.replace(/"([^"]+)": "\d+\.\d+\.\d+"/g, (pin, name: string) => {
    const version = newest.get(name)
    return version ? `"${name}": "${version}"` : pin
  })
  if (raised !== text) writeFileSync(file, raised)
}
for (const [name, version] of newest) console.log(`${name} ${version}`)

const install = npm('install --no-audit --no-fund')
if (install.status !== 0) throw new Error(`npm install ended with ${install.status}`)
