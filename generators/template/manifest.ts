import type { TreeAnswers } from './answers.ts'
import { layerPackage, minimalOmissions, type PackageJson, type Versions } from './layers.ts'
import { type ChosenManager, isAtLeast } from './package-managers.ts'
import type { Tree } from './tree.ts'

// The kinds of dependencies that we write.
const dependencyKinds = ['dependencies', 'devDependencies', 'optionalDependencies'] as const

/** The packages whose manifests make that of an app: those of its layers, and the Node that it brings along. */
export function appPackages(
  template: Tree,
  folders: string[],
  { minimal, nodePackage }: Pick<TreeAnswers, 'minimal' | 'nodePackage'>,
): PackageJson[] {
  const layers = folders.map((folder) => layerPackage(template, folder))
  const packages = minimal
    ? [
        ...layers.map((layer) => withoutOmissions(template, layer)),
        layerPackage(template, 'minimal'),
      ]
    : layers
  if (!nodePackage) return packages
  const { optionalDependencies: all = {}, ...rest } = layerPackage(template, 'node')
  return [...packages, { ...rest, optionalDependencies: pick(all, [nodePackage]) }]
}

/** The text of one package.json of all packages: that of the first, with what the others run and depend on, and what the package manager is to know. */
export function mergeManifest(
  packages: PackageJson[],
  { name, manager, version }: { name: string } & Omit<ChosenManager, 'answer'>,
): string {
  checkVersions(packages)
  const { description: _ours, store: _too, ...app } = packages[0] as PackageJson
  const scripts: Versions = Object.assign({}, ...packages.map((layer) => layer.scripts))
  const merged: PackageJson = { ...app, name, scripts }
  for (const kind of dependencyKinds) {
    const versions: Versions = Object.assign({}, ...packages.map((layer) => layer[kind]))
    const names = Object.keys(versions).sort()
    if (names.length > 0) merged[kind] = pick(versions, names)
  }
  const manifest = {
    ...merged,
    ...(version && { packageManager: `${manager.name}@${version}` }),
    ...blockScripts[manager.name](packagesWithScripts(packages)),
  }
  return `${JSON.stringify(manifest, null, 2)}\n`
}

/** The packages that have an install script, and do without it. */
export function packagesWithScripts(packages: PackageJson[]): string[] {
  return [...new Set(packages.flatMap(({ store }) => store?.installScripts ?? []))].sort()
}

/** Some of all versions, in the order of their names here. */
export function pick(versions: Versions = {}, names: string[]): Versions {
  return Object.fromEntries(names.map((name) => [name, versions[name] ?? '']))
}

function withoutOmissions(template: Tree, manifest: PackageJson): PackageJson {
  const { omitsScripts, omitsPackages } = minimalOmissions(template)
  const { scripts, dependencies, devDependencies } = manifest
  const without = (all: Versions, names: string[]) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name)))
  return {
    ...manifest,
    ...(scripts && { scripts: without(scripts, omitsScripts) }),
    ...(dependencies && { dependencies: without(dependencies, omitsPackages) }),
    ...(devDependencies && { devDependencies: without(devDependencies, omitsPackages) }),
  }
}

function checkVersions(packages: PackageJson[]): void {
  const asked = new Map<string, { version: string; by: string }>()
  for (const layer of packages) {
    const versions = dependencyKinds.flatMap((kind) => Object.entries(layer[kind] ?? {}))
    for (const [name, version] of versions) {
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

/** What package.json says of packages that run no script, in the words of each manager. */
const blockScripts = {
  npm: (blocked: string[]) => ofEach('allowScripts', blocked, false),
  // It says so in pnpm-workspace.yaml.
  pnpm: () => ({}),
  yarn: (blocked: string[]) => ofEach('dependenciesMeta', blocked, { built: false }),
  // An empty list, as without one bun lets packages run scripts that it knows.
  bun: () => ({ trustedDependencies: [] }),
}

function ofEach(key: string, names: string[], value: unknown): object {
  if (names.length === 0) return {}
  return { [key]: Object.fromEntries(names.map((name) => [name, value])) }
}

/** What an app needs where it is made with a Node that cannot run it: a package that brings one, or a warning. */
export function nodeForApp(
  template: Tree,
  {
    version = process.versions.node,
    platform = process.platform as string,
    arch = process.arch as string,
    musl = isMusl,
  } = {},
): { nodePackage?: string; note?: string } {
  const needed = layerPackage(template, 'app').engines?.node?.replace('>=', '') ?? '0'
  if (isAtLeast(version, needed)) return {}
  const name = `node-${platform === 'win32' ? 'win' : platform}-${arch}`
  const brought = layerPackage(template, 'node').optionalDependencies?.[name]
  if (!brought || (platform === 'linux' && musl())) {
    return { note: `Install Node ${needed} or later to run the app: this one is ${version}.` }
  }
  const note = `This Node is ${version} and the app needs ${needed}, so the install brings it Node ${brought} (${name}).`
  return { nodePackage: name, note }
}

// The packages hold Node's own builds, which need glibc; Alpine has another libc.
function isMusl(): boolean {
  Object.assign(process.report, { excludeNetwork: true })
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } }
  return header.glibcVersionRuntime === undefined
}
