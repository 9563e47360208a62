import { runInNewContext } from 'node:vm'
import { InputError, nearestWord, quote } from '../input-error.ts'
import { subtree, type Tree, textOf } from './tree.ts'

/** Versions by package name. */
export type Versions = Record<string, string>

/** What `--minimal` leaves out of an app: paths or patterns of files, scripts, packages. */
export interface Omissions {
  omits?: string[]
  omitsScripts?: string[]
  omitsPackages?: string[]
}

/** What we read and write of a package.json. */
export interface PackageJson {
  name: string
  description?: string
  engines?: { node?: string }
  store?: {
    extends?: string[]
    shared?: boolean
    /** Where it stands in lists of stores, the smallest first; those without it follow by name. */
    order?: number
    /** Packages that have an install script and do without it. */
    installScripts?: string[]
    /** What its user has to do first, in a sentence. */
    next?: string
  }
  minimal?: Omissions
  scripts?: Versions
  dependencies?: Versions
  devDependencies?: Versions
  optionalDependencies?: Versions
}

/** The package.json of a layer of the template, such as `app` or `stores/redis`. */
export function layerPackage(template: Tree, layer: string): PackageJson {
  const text = textOf(template, `${layer}/package.json`)
  if (text === undefined) throw new Error(`template/${layer} has no package.json`)
  return JSON.parse(text) as PackageJson
}

/** The store of an app whose author did not say which. */
export const defaultStore = 'sqlite'

/** The names of all folders of stores, those that are only there for others to extend too. */
export function storeFolders(template: Tree): string[] {
  return [...template.keys()].flatMap(
    (path) => /^stores\/([^/]+)\/package\.json$/.exec(path)?.[1] ?? [],
  )
}

/** The stores to choose from, those that are needed most often first: every folder but those that are only there for others to extend. */
export function listStores(template: Tree): { name: string; description: string }[] {
  return storeFolders(template)
    .map((name) => ({ ...layerPackage(template, `stores/${name}`), name }))
    .filter(({ store }) => !store?.shared)
    .sort((a, b) => (a.store?.order ?? 50) - (b.store?.order ?? 50))
    .map(({ name, description = '' }) => ({ name, description }))
}

/** Throws for a name that is no store, with the one that was probably meant. */
export function checkStore(template: Tree, name: string): void {
  const names = listStores(template).map((store) => store.name)
  if (names.includes(name)) return
  const meant = nearestWord(name, names)
  const hint = meant ? `did you mean ${meant}? The stores are` : 'choose one of'
  throw new InputError(`unknown store ${quote(name)}: ${hint} ${names.join(', ')}`)
}

/** The folders that make an app with this store, in the order in which they are laid down. */
export function appLayers(template: Tree, store: string): string[] {
  const layers = new Set(['app'])
  const visit = (name: string) => {
    layerPackage(template, `stores/${name}`).store?.extends?.forEach(visit)
    layers.add(`stores/${name}`)
  }
  visit(store)
  return [...layers]
}

/** What a store cannot do, each with its reason, as its `test/backend.ts` says. */
export type Lacks = Partial<Record<'sharing' | 'atomic' | 'scan' | 'creation' | 'server', string>>

/** Reads what a store lacks from the last of its layers that has a `test/backend.ts`. */
export function readLacks(template: Tree, store: string): Lacks {
  const path = 'test/backend.ts'
  const layer = appLayers(template, store).findLast((each) => template.has(`${each}/${path}`))
  const text = textOf(template, `${layer}/${path}`) ?? ''
  const [, literal] = /^export const lacks\b[^=]*= (\{.*\}|\{[\s\S]*?^\})/m.exec(text) ?? []
  if (literal === undefined) {
    throw new Error(`template/${layer}/${path} has no "export const lacks: Lacks = { … }"`)
  }
  return runInNewContext(`(${literal})`)
}

/** What `--minimal` leaves out of an app, as the package.json of `template/minimal` says. */
export function minimalOmissions(template: Tree): Required<Omissions> {
  const { minimal = {} } = layerPackage(template, 'minimal')
  return { omits: [], omitsScripts: [], omitsPackages: [], ...minimal }
}

/** Whether a path is one of these: a path, or a pattern in which `*` is a name and `**` any path. */
export function isPathOf(path: string, patterns: string[]): boolean {
  return patterns.some((pattern) => {
    const words = pattern
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replace(/\*\*|\*/g, (stars) => (stars === '*' ? '[^/]*' : '.*'))
    return new RegExp(`^${words}$`).test(path)
  })
}

/** The layers of an app, the first of which is the app's own, without what `--minimal` leaves out and with the files that it has in place of the app's. */
export function minimalLayers(template: Tree, layers: Tree[]): Tree[] {
  const { omits } = minimalOmissions(template)
  const [app = new Map(), ...others] = layers.map(
    (layer): Tree => new Map([...layer].filter(([path]) => !isPathOf(path, omits))),
  )
  const own = [...subtree(template, 'minimal')].filter(([path]) => path !== 'package.json')
  return [new Map([...app, ...own]), ...others]
}
