import { findPackageManager } from '../package-managers.ts'
import { putText, type Tree, textOf } from '../tree.ts'

/** Makes an app one for its package manager: names the version, and that no package runs a script when it is installed. */
export function setPackageManager({
  tree,
  packageManager,
  scripts,
}: {
  tree: Tree
  packageManager?: string | undefined
  /** The packages that have an install script, and do without it. */
  scripts: string[]
}): string {
  const { manager, version } = findPackageManager(packageManager)
  const blocked = [...new Set(scripts)].sort()
  const manifest = {
    ...JSON.parse(textOf(tree, 'package.json') ?? '{}'),
    ...(version && { packageManager: `${manager.name}@${version}` }),
    ...inManifest[manager.name](blocked),
  }
  putText(tree, 'package.json', `${JSON.stringify(manifest, null, 2)}\n`)
  if (manager.name === 'pnpm' && blocked.length > 0) {
    const settings = textOf(tree, 'pnpm-workspace.yaml') ?? ''
    const lines = blocked.map((name) => `  ${JSON.stringify(name)}: false\n`)
    putText(tree, 'pnpm-workspace.yaml', `${settings}allowBuilds:\n${lines.join('')}`)
  }
  return manager.name
}

/** What package.json says of packages that run no script, in the words of each manager. */
const inManifest = {
  npm: (blocked: string[]) => ofEach('allowScripts', blocked, false),
  pnpm: () => ({}),
  yarn: (blocked: string[]) => ofEach('dependenciesMeta', blocked, { built: false }),
  // An empty list, as without one bun lets packages run scripts that it knows.
  bun: () => ({ trustedDependencies: [] }),
}

function ofEach(key: string, names: string[], value: unknown): object {
  if (names.length === 0) return {}
  return { [key]: Object.fromEntries(names.map((name) => [name, value])) }
}
