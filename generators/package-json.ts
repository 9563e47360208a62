import { type Tree, textOf } from './tree.ts'

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
