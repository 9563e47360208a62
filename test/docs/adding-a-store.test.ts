import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { temporaryFolder } from '../command.ts'
import { cloneRepository, succeed } from './clone.ts'

const root = join(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/adding-a-store.md'), 'utf8')
const files = [...page.matchAll(/^`(template\/\S+)`:\n\n```\w+\n([\s\S]*?)^```$/gm)].map(
  ([, path = '', text = '']) => ({ path, text }),
)
const commands = [...page.matchAll(/^```sh\n((?:npm .*\n)+)```$/gm)].flatMap(([, text = '']) =>
  text
    .trim()
    .split('\n')
    .map((line) => line.replace(/\s+#.*$/, '')),
)
const lists = [
  'README.md',
  'docker-compose.yml',
  'docs/stores.md',
  'package-lock.json',
  'tsconfig.json',
]

describe('docs/adding-a-store.md', () => {
  const copy = join(temporaryFolder({ after }), 'copy')
  before(() => cloneRepository(copy, 'copied'))

  /** Runs the commands of the page for a store that has just been made, and demands that nothing else had to change. */
  async function prove(store: string, make: () => unknown): Promise<void> {
    await succeed(copy, 'git', 'add', '--all')
    const state = (await succeed(copy, 'git', 'write-tree')).trim()
    await make()
    assert.equal(commands.length, 5)
    let printed = ''
    for (const command of commands) {
      printed = await succeed(copy, 'sh', '-c', command.replaceAll('plain-sqlite', store))
    }
    assert.match(printed, new RegExp(`with ${store} passes its own tests`))
    assert.match(printed, new RegExp(`^${store} +\\d{2,} +\\d+ `, 'm'))

    await succeed(copy, 'git', 'add', '--all')
    const changed = await succeed(copy, 'git', 'diff-index', '--cached', '--name-only', state)
    const others = changed
      .trim()
      .split('\n')
      .filter((path) => !path.startsWith(`template/stores/${store}/`))
    for (const path of others) assert.ok(lists.includes(path), `${path} had to change as well`)
    assert.ok(others.includes('README.md') && others.includes('tsconfig.json'))
  }

  it('leads to a store that passes, by a folder and the written lists alone', async () => {
    assert.equal(files.length, 5)
    await prove('plain-sqlite', () => {
      for (const { path, text } of files) {
        mkdirSync(dirname(join(copy, path)), { recursive: true })
        writeFileSync(join(copy, path), text)
      }
    })
  })

  it('begins with a store of "npx plop store", which passes as it is', async () => {
    const plop = join(copy, 'node_modules/plop/bin/plop.js')
    const answers = ['key-ring', 'On a ring, for a test', 'container']
    await prove('key-ring', () => succeed(copy, process.execPath, plop, 'store', ...answers))
  })
})
