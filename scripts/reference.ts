import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { defaultLifetimes } from '../generators/template/answers.ts'
import { makeTree } from '../generators/template/compose.ts'
import { defaultStore, listStores } from '../generators/template/layers.ts'
import { type Tree, templateFiles } from '../generators/template/tree.ts'

// `npm run reference` emits an app with each store, and the quickstart alone, to look at and to copy.
// Secrets are in none of them: `npm run setup` makes those of a copy, `npm run user` its first user.
const secret = ['.env', 'data/users.json']

/** The apps to look at, by the name of their folder. */
export function referenceApps(template: Tree = templateFiles()): Map<string, Tree> {
  const stores = listStores(template).map(({ name }) => name)
  const named = stores.map((store) => ({ name: store, store, minimal: false }))
  const all = [...named, { name: 'minimal', store: defaultStore, minimal: true }]
  const { idle: lifetime, absolute: maxLifetime } = defaultLifetimes
  const fixed = { lifetime, maxLifetime, permanent: false }
  return new Map(
    all.map((answers) => {
      const tree = makeTree({ ...fixed, ...answers }, template)
      for (const path of secret) tree.delete(path)
      return [answers.name, tree]
    }),
  )
}

if (import.meta.main) {
  const [, , named] = process.argv
  const usual = join(import.meta.dirname, '../reference')
  // Of a folder that somebody named, nothing is deleted.
  if (!named) rmSync(usual, { recursive: true, force: true })
  const folder = named ? resolve(named) : usual
  for (const [name, tree] of referenceApps()) {
    for (const [path, { bytes, mode }] of tree) {
      const file = join(folder, name, path)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, bytes, { mode })
    }
    console.log(`${join(folder, name)}: ${tree.size} files`)
  }
}
