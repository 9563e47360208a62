import { layerPackage, type PackageJson } from '../package-json.ts'
import { findPackageManager } from '../package-managers.ts'
import { appLayers } from '../stores.ts'
import { subtree, type Tree } from '../tree.ts'
import type { Action } from './actions.ts'
import { newPassword } from './add-user.ts'
import { parseLifetime } from './lifetimes.ts'
import { minimalLayers, minimalPackage } from './minimal.ts'
import type { AppAnswers } from './questions.ts'
import { renderedFiles } from './render.ts'

/** What an app is made from, by its name in place of its folder. */
export type TreeAnswers = Omit<AppAnswers, 'dir' | 'onConflict' | 'dryRun'> & { name: string }

/** The actions that fill a tree with all files of an app; the same answers give the same bytes, but for secrets. */
export function appActions(
  answers: TreeAnswers,
  { template, tree }: { template: Tree; tree: Tree },
): Action[] {
  const { name, store, minimal, lifetime, maxLifetime, permanent, nodePackage } = answers
  const { manager, answer: packageManager } = findPackageManager(answers.packageManager)
  const folders = appLayers(template, store)
  const all = [...folders, `managers/${manager.name}`].map((folder) => subtree(template, folder))
  const layers = minimal ? minimalLayers(template, all) : all
  const packages = folders
    .map((folder) => layerPackage(template, folder))
    .map((manifest) => (minimal ? minimalPackage(template, manifest) : manifest))
  if (minimal) packages.push(layerPackage(template, 'minimal'))
  const scripts = packages.flatMap(({ store }) => store?.installScripts ?? [])
  if (nodePackage) packages.push(packageOfNode(template, nodePackage))
  const values = {
    SESSION_IDLE_SECONDS: parseLifetime(lifetime),
    SESSION_ABSOLUTE_SECONDS: parseLifetime(maxLifetime),
    SESSION_PERMANENT: permanent,
  }
  const names = {
    name,
    store,
    lifetime,
    maxLifetime,
    idleSeconds: values.SESSION_IDLE_SECONDS,
    maxSeconds: values.SESSION_ABSOLUTE_SECONDS,
  }
  const options = {
    ...{ name, store, minimal, lifetime, maxLifetime, permanent, packageManager },
    ...(nodePackage && { nodePackage }),
  }
  const { secret, password = newPassword() } = answers
  return [
    ...layers.map((layer) => ({ type: 'copyTree' as const, tree, layer })),
    { type: 'mergePackageJson', tree, packages, name },
    { type: 'setPackageManager', tree, packageManager, scripts },
    { type: 'joinEnv', tree, layers },
    ...renderedFiles.map((path) => ({ type: 'render' as const, tree, layers, path, names })),
    { type: 'translate', tree, packageManager },
    { type: 'setEnv', tree, values, secret },
    { type: 'addUser', tree, password },
    { type: 'putRecord', tree, options },
  ]
}

function packageOfNode(template: Tree, name: string): PackageJson {
  const { optionalDependencies: all = {}, ...rest } = layerPackage(template, 'node')
  return { ...rest, optionalDependencies: { [name]: all[name] ?? '' } }
}
