import { appLayers, layerPackage, listStores, readLacks } from '../generators/template/layers.ts'
import { type Tree, textOf } from '../generators/template/tree.ts'
import { imageOf } from '../test/machine/store-images.ts'

// What a store cannot do for a user; the rest says what its tests have no use for.
const limits = ['sharing', 'atomic', 'scan', 'creation'] as const
const sections = '\n## One by one\n'

/** What a store cannot do for a user, in its own words; empty where it can do everything. */
export function tellLimits(template: Tree, store: string): string {
  const lacks = readLacks(template, store)
  return limits.flatMap((limit) => lacks[limit] ?? []).join('; ')
}

/** docs/stores.md with its table and what each store's folder says of it. */
export function writeStorePage(template: Tree, text: string): string {
  const [before = '', after] = text.split(sections)
  const head = /(\| `--store` \|.*\n\| --- .*\n)(?:\|.*\n)*/
  if (after === undefined || !head.test(before)) {
    throw new Error('docs/stores.md has no table that begins with `--store`, or no "One by one"')
  }
  const stores = listStores(template).map(({ name }) => name)
  const rows = stores.map((store) => `| ${cellsOf(template, store).join(' | ')} |\n`)
  const table = before.replace(head, (_all, kept: string) => kept + rows.join(''))
  return `${table}${sections}${tellFolders(template, stores)}`
}

function cellsOf(template: Tree, store: string): string[] {
  const own = appLayers(template, store).filter((layer) => layer.startsWith('stores/'))
  const packages = own.flatMap((layer) =>
    Object.keys(layerPackage(template, layer).dependencies ?? {}),
  )
  return [
    `\`${store}\``,
    `\`${addressOf(template, [...own].reverse())}\``,
    imageOf(store) ?? '–',
    [...new Set(packages)].map((name) => `\`${name}\``).join(', ') || '–',
    tellLimits(template, store) || '–',
  ]
}

/** Where a store is when nothing is set: what the nearest of its layers says, else the app's own. */
function addressOf(template: Tree, layers: string[]): string {
  const backends = [...layers, 'app'].map((layer) => {
    const files = [...template.keys()].filter((path) =>
      path.startsWith(`${layer}/src/session/backend/`),
    )
    return files.map((path) => textOf(template, path) ?? '').join('\n')
  })
  const said = backends.flatMap((text) => /\b(?:default|local)Url = '(.+)'/.exec(text)?.[1] ?? [])
  return said[0] ?? ''
}

/** The READMEs of the folders, each once, one heading deeper than in an app. */
function tellFolders(template: Tree, stores: string[]): string {
  const layers = new Set(stores.flatMap((store) => appLayers(template, store)))
  layers.delete('app')
  const texts = [...layers].flatMap((layer) => textOf(template, `${layer}/README.md`) ?? [])
  return texts.map((text) => `\n${text.trim().replace(/^#/gm, '##')}\n`).join('')
}
