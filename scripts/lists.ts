import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { listStores } from '../generators/template/layers.ts'
import { type Tree, templateFiles, textOf } from '../generators/template/tree.ts'
import { tellLimits, writeStorePage } from './store-page.ts'

/** The text of a file of the repository, with its list as the template says. */
export type WriteList = (template: Tree, text: string) => string

/** Every file with a list of what is in the template, and how that is made; `npm run lists` writes them, a test compares. */
export const lists: Record<string, WriteList> = {
  'README.md': writeStoreTable,
  'docker-compose.yml': writeIncludes,
  'docs/security.md': copyTable('app/SECURITY.md', '| event | when |'),
  'docs/settings.md': copyTable('app/README.md', '| variable | default | meaning |'),
  'docs/stores.md': writeStorePage,
  'tsconfig.json': writeRootDirs,
}

function writeStoreTable(template: Tree, text: string): string {
  const rows = listStores(template).map(({ name, description }) =>
    [
      '',
      ` \`${name}\` `,
      ` ${description} `,
      ` ${tellLimits(template, name) || 'nothing'} `,
      '',
    ].join('|'),
  )
  const table = /(\| `--store` \|.*\n\| --- .*\n)(?:\|.*\n)*/
  if (!table.test(text)) throw new Error('README.md has no table that begins with `--store`')
  return text.replace(table, (_all, head: string) => `${head}${rows.join('\n')}\n`)
}

/** Puts the table of a file of the template that begins like this in place of the one in a page. */
function copyTable(path: string, head: string): WriteList {
  const pattern = new RegExp(`^${head.replaceAll('|', '\\|')}\n(?:\\|.*\n)+`, 'm')
  return (template, text) => {
    const [table] = pattern.exec(textOf(template, path) ?? '') ?? []
    if (!table || !pattern.test(text)) {
      throw new Error(`template/${path} and its page each need a table that begins "${head}"`)
    }
    return text.replace(pattern, () => table)
  }
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
