import { layerPackage, type Omissions, type PackageJson, type Versions } from '../package-json.ts'
import { subtree, type Tree } from '../tree.ts'

const folder = 'minimal'

/** What `--minimal` leaves out of an app, as the package.json of `template/minimal` says. */
export function minimalOmissions(template: Tree): Required<Omissions> {
  const { minimal = {} } = layerPackage(template, folder)
  return { omits: [], omitsScripts: [], omitsPackages: [], ...minimal }
}

/** Whether a path of an app is one that an omission names: a path, or a pattern in which `*` is a name and `**` any path. */
export function isOmitted(path: string, omits: string[]): boolean {
  return omits.some((pattern) => {
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
    (layer): Tree => new Map([...layer].filter(([path]) => !isOmitted(path, omits))),
  )
  const own = [...subtree(template, folder)].filter(([path]) => path !== 'package.json')
  return [new Map([...app, ...own]), ...others]
}

/** A package.json of a layer without the scripts and packages that `--minimal` leaves out. */
export function minimalPackage(template: Tree, manifest: PackageJson): PackageJson {
  const { omitsScripts, omitsPackages } = minimalOmissions(template)
  const { scripts, dependencies, devDependencies } = manifest
  return {
    ...manifest,
    ...(scripts && { scripts: without(scripts, omitsScripts) }),
    ...(dependencies && { dependencies: without(dependencies, omitsPackages) }),
    ...(devDependencies && { devDependencies: without(devDependencies, omitsPackages) }),
  }
}

function without(all: Versions, names: string[]): Versions {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name)))
}
