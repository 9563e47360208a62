import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { listStores, readLacks } from '../generators/template/layers.ts'
import { type Tree, templateFiles } from '../generators/template/tree.ts'

// What a store cannot do for a user; the rest says what its tests have no use for.
const limits = ['sharing', 'atomic', 'scan', 'creation'] as const

/** The text of a file of the repository, with its list of stores as the folders say. */
export type WriteList = (template: Tree, text: string) => string

/** Every file that lists the stores, and how its list is made; `npm run lists` writes them, a test compares. */
export const lists: Record<string, WriteList> = {
  'README.md': writeStoreTable,
  'docker-compose.yml': writeIncludes,
  'tsconfig.json': writeRootDirs,
}

function writeStoreTable(template: Tree, text: string): string {
  const rows = listStores(template).map(({ name, description }) =>
    ['', ` \`${name}\` `, ` ${description} `, ` ${tellLimits(template, name)} `, ''].join('|'),
  )
  const table = /(\| `--store` \|.*\n\| --- .*\n)(?:\|.*\n)*/
  if (!table.test(text)) throw new Error('README.md has no table that begins with `--store`')
  return text.replace(table, (_all, head: string) => `${head}${rows.join('\n')}\n`)
}

function tellLimits(template: Tree, store: string): string {
  const lacks = readLacks(template, store)
  return limits.flatMap((limit) => lacks[limit] ?? []).join('; ') || 'nothing'
}

function writeIncludes(template: Tree, text: string): string {
  const files = [...template.keys()].filter((path) => path.endsWith('/docker-compose.yml'))
  const [comment = ''] = text.split('\n')
  const included: string[] = parse(text).include
  const others = included.filter((path) => !path.startsWith('template/'))
  const include = [...others, ...files.map((path) => `template/${path}`)]
  return `${comment}\n${stringify({ include })}`
}

function writeRootDirs(template: Tree, text: string): string {
  const folders = [...template.keys()].flatMap(
    (path) => /^(minimal|stores\/[^/]+)\/package\.json$/.exec(path)?.[1] ?? [],
  )
  // The tests of `test/suite` import as they do within an app, where they are laid.
  const dirs = ['.', ...['add', 'app', ...folders].map((folder) => `template/${folder}`)]
  return text.replace(/("rootDirs": \[\n)[^\]]*(\n {4}\])/, (_all, open: string, close: string) =>
    [open, dirs.map((dir) => `      "${dir}"`).join(',\n'), close].join(''),
  )
}

// `npm run lists` writes them, after a store has come or gone.
if (import.meta.main) {
  const template = templateFiles()
  for (const [path, write] of Object.entries(lists)) {
    const file = join(import.meta.dirname, '..', path)
    const before = readFileSync(file, 'utf8')
    const after = write(template, before)
    if (after !== before) writeFileSync(file, after)
    console.log(`${path}: ${after === before ? 'as it was' : 'written'}`)
  }
}
