import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { listStores } from '../../generators/template/layers.ts'
import { subtree, templateFiles, textOf } from '../../generators/template/tree.ts'
import packageJson from '../../package.json' with { type: 'json' }
import { runSource, temporaryFolder } from '../command.ts'
import { pages, pageText, tableRows } from './pages.ts'

const root = join(import.meta.dirname, '../..')
const template = templateFiles()
const stores = listStores(template).map(({ name }) => name)
const command = pageText('docs/command.md')
const settings = pageText('docs/settings.md')
const cwd = temporaryFolder({ after })

const codesIn = (rows: string[][]) => rows.map(([code = '']) => Number(code))
const namesIn = (text: string) => [...text.matchAll(/`(--?[a-z][\w-]*)/g)].map(([, it = '']) => it)

describe('docs/command.md', () => {
  const flags = tableRows(command, '| flag | of | what it does |')
  const listed = flags.map(([names = '', of = '']) => ({
    names: namesIn(names),
    of: of.split(', '),
  }))

  for (const name of ['app', 'switch', 'add', 'update']) {
    it(`has the flags that --help of "${name}" has, and no others`, async () => {
      const { out } = await runSource([...(name === 'app' ? [] : [name]), '--help'], { cwd })
      const shown = [...out.matchAll(/^ {2}(?:(-\w), | {4})(--[\w-]+)/gm)].flatMap(
        ([, short, long = '']) => (short ? [short, long] : [long]),
      )
      assert.ok(shown.length > 10, `only ${shown} are found in the help`)
      const ours = listed.filter(({ of }) => of.includes(name) || of.includes('all'))
      assert.deepEqual(ours.flatMap(({ names }) => names).sort(), shown.sort())
    })
  }

  it('has the exit codes that --help has', async () => {
    const { out } = await runSource(['--help'], { cwd })
    const [, codes = ''] = out.split('Exit codes:\n')
    const shown = [...codes.matchAll(/^ {2}(\d+) +(.*)$/gm)].map(([, code, means]) => [code, means])
    assert.deepEqual(tableRows(command, '| exit code | means |'), shown)
  })

  it('has every exit code that the command ends with', () => {
    const files = globSync('{cli,generators}/**/*.ts', { cwd: root })
    const text = files.map((file) => readFileSync(join(root, file), 'utf8')).join('\n')
    const set = [...text.matchAll(/\b(?:exitCode\w*|exit)(?: =|\(|:| \?\?)\s*(\d+)\b/g)]
    assert.ok(set.length > 3, 'Look for exit codes where they are set now')
    const listed = codesIn(tableRows(command, '| exit code | means |'))
    for (const [where, code] of set) assert.ok(listed.includes(Number(code)), where)
  })

  it('has every variable that the command heeds', () => {
    const files = globSync('{cli,generators}/**/*.ts', { cwd: root })
    const text = files.map((file) => readFileSync(join(root, file), 'utf8')).join('\n')
    const read = [...text.matchAll(/process\.env\.([A-Z_]+)\b/g)].map(([, name = '']) => name)
    assert.ok(read.includes('CI'))
    for (const name of read) assert.ok(command.includes(`\`${name}\``), name)
  })
})

describe('docs/settings.md', () => {
  const told = [...settings.matchAll(/`([A-Z][A-Z0-9_]+)`/g)].map(([, name = '']) => name)

  it('has every variable that an app reads, or that its .env sets', () => {
    const texts = [...template.keys()].filter((path) => /^(app|minimal|stores)\//.test(path))
    const read = texts
      .filter((path) => /\/src\/(config|session\/settings)\.ts$/.test(path))
      .flatMap((path) => [...(textOf(template, path) ?? '').matchAll(/\(\s*'([A-Z][A-Z0-9_]+)'/g)])
    const set = texts
      .filter((path) => path.endsWith('/.env.example'))
      .flatMap((path) => [
        ...(textOf(template, path) ?? '').matchAll(/^(?:# )?([A-Z][A-Z0-9_]+)=/gm),
      ])
    assert.ok(read.length > 20 && set.length > 20)
    const missing = [...read, ...set]
      .map(([, name = '']) => name)
      .filter((it) => !told.includes(it))
    assert.deepEqual([...new Set(missing)], [])
  })

  it('has every exit code of the processes of an app', () => {
    const app = subtree(template, 'app')
    const files = [...app.keys()].filter((path) => /^src\/.*\.ts$/.test(path))
    const set = files.flatMap((path) => [
      ...(textOf(app, path) ?? '').matchAll(
        /(?:process\.exit(?:\(|Code = )|\bexitCode(?: =|:) )(\d+)/g,
      ),
    ])
    const listed = codesIn(tableRows(settings, '| exit code | of | means |'))
    assert.ok(set.length > 3)
    assert.deepEqual(
      [...new Set(listed)].sort(),
      [...new Set([0, ...set.map(([, it]) => Number(it))])].sort(),
    )
  })
})

describe('the documents', () => {
  it('name stores that are there, and the README and docs/stores.md all of them', () => {
    for (const path of ['README.md', 'docs/stores.md']) {
      const [, table = ''] = pageText(path).split('| `--store` |')
      for (const store of stores)
        assert.ok(table.includes(`\n| \`${store}\` |`), `${path}: ${store}`)
    }
    for (const { path, text } of pages) {
      const named = [...text.matchAll(/--store[ =]([a-z][\w-]*)/g)].map(([, name = '']) => name)
      // docs/adding-a-store.md and CONTRIBUTING.md make a store that is not there yet.
      const made = ['plain-sqlite', 'key-ring']
      assert.deepEqual(
        named.filter((name) => ![...stores, ...made].includes(name)),
        [],
        path,
      )
    }
  })

  it('name scripts that are there, of this repository or of an app', () => {
    const { scripts = {} } = JSON.parse(textOf(template, 'app/package.json') ?? '{}')
    const known = Object.keys({ ...packageJson.scripts, ...scripts })
    for (const { path, text } of pages.filter(({ path: each }) => each !== 'CHANGELOG.md')) {
      const named = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name)
      assert.deepEqual(
        named.filter((name) => !known.includes(name)),
        [],
        path,
      )
    }
  })
})
