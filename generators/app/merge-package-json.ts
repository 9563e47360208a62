import type { PackageJson, Versions } from '../package-json.ts'
import { putText, type Tree } from '../tree.ts'

// The kinds of dependencies that we write.
const dependencyKinds = ['dependencies', 'devDependencies', 'optionalDependencies'] as const

/** One package.json of all layers: that of the first, with what the others run and depend on. */
export function mergePackageJson({
  tree,
  packages,
  name,
}: {
  tree: Tree
  packages: PackageJson[]
  name: string
}): string {
  checkVersions(packages)
  const { description: _ours, store: _too, ...app } = packages[0] as PackageJson
  const scripts: Versions = Object.assign({}, ...packages.map((layer) => layer.scripts))
  const merged: PackageJson = { ...app, name, scripts }
  for (const kind of dependencyKinds) {
    const versions: Versions = Object.assign({}, ...packages.map((layer) => layer[kind]))
    const names = Object.keys(versions).sort()
    if (names.length === 0) continue
    merged[kind] = Object.fromEntries(names.map((one) => [one, versions[one] ?? '']))
  }
  putText(tree, 'package.json', `${JSON.stringify(merged, null, 2)}\n`)
  return 'package.json'
}

function checkVersions(packages: PackageJson[]): void {
  const asked = new Map<string, { version: string; by: string }>()
  for (const layer of packages) {
    for (const kind of dependencyKinds) {
      for (const [name, version] of Object.entries(layer[kind] ?? {})) {
        const other = asked.get(name) ?? { version, by: layer.name }
        if (other.version !== version) {
          throw new Error(
            `${name} is asked for in two versions: ${other.version} by ${other.by}, ${version} by ${layer.name}`,
          )
        }
        asked.set(name, other)
      }
    }
  }
}
