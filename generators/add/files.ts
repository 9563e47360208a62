import { parseEnv } from 'node:util'
import { fillEnv } from '../../template/app/src/session/settings.ts'
import { type Change, planChanges, readPresent } from '../files/plan.ts'
import { InputError, quote } from '../input-error.ts'
import { joinEnv } from '../template/compose.ts'
import { appLayers, listStores, readLacks } from '../template/layers.ts'
import { ownSteps } from '../template/next-steps.ts'
import { putText, subtree, type Tree, textOf } from '../template/tree.ts'
import { layerInJavascript } from './javascript.ts'
import { type Lacking, neededPackages, type Project, readText, versionsOf } from './project.ts'

/** The file of `src/session/` that a project imports. */
export const openerIn = (language: Project['language']) => `src/session/sessions.${language}`

const compose = 'docker-compose.yml'
const composeNames = [compose, 'docker-compose.yaml', 'compose.yml', 'compose.yaml']
const settings = '.env.example'

/** The files that are for a project alone: `src/session/`, and the server of the store where the project starts none. */
export function sessionTree(template: Tree, store: string, project: Project): Tree {
  const tree: Tree = new Map()
  const [ours = new Map(), ...layers] = addLayers(template, store, project.language)
  for (const layer of [...layers, ours]) {
    for (const [path, file] of layer) if (path.startsWith('src/session/')) tree.set(path, file)
  }
  // It would have no such file beside it.
  if (runsCompiled(project)) tree.delete('src/session/package.json')
  const server = serverOf(template, store)
  if (server !== undefined && !findCompose(project)) putText(tree, compose, server)
  return tree
}

/** Whether a project runs what tsc has made of it, elsewhere and for require(). */
export function runsCompiled({ typescript, manifest }: Project): boolean {
  return typescript?.emits === true && manifest.type !== 'module'
}

/** The file by which a project starts servers, if it has one. */
export function findCompose({ path }: Project): string | undefined {
  return composeNames.find((name) => readText(path, name) !== undefined)
}

/** What the store's server is, for a project that starts others. */
export function serverOf(template: Tree, store: string): string | undefined {
  return addLayers(template, store)
    .map((layer) => textOf(layer, compose))
    .findLast((text) => text !== undefined)
}

/** What is brought into a project. */
export interface Addition {
  template: Tree
  store: string
  lacking: Lacking
  /** Whether its tsconfig.json is set to what that needs. */
  tsconfig: boolean
}

/** What is joined to the files that a project has or gets: packages, settings with a secret, what git leaves out. */
export function planJoined(
  { path: folder, typescript }: Project,
  { template, store, lacking, tsconfig }: Addition,
): Change[] {
  const example = settingsOf(template, store)
  const { STORE_PASSWORD: password } = parseEnv(readText(folder, '.env') ?? '')
  const env = fillEnv(example, password === undefined ? {} : { password })
  const tree: Tree = new Map()
  putText(tree, 'package.json', JSON.stringify(lacking.packages))
  putText(tree, settings, example)
  putText(tree, '.env', env, 0o600)
  putText(tree, '.gitignore', linesToIgnore(readText(folder, '.gitignore') ?? '', example))
  const changes = planChanges({ tree, target: folder, onConflict: 'merge' })
  const unread = changes.find(({ kind, note }) => kind === 'keep' && note)
  if (unread) {
    throw new InputError(
      `${quote(unread.path)} is no text in UTF-8: save it as that, and run this again`,
    )
  }
  const { mended } = (tsconfig && typescript) || {}
  if (mended === undefined) return changes
  const file = { bytes: Buffer.from(mended), mode: 0o644 }
  const before = readPresent(folder, 'tsconfig.json')
  return [...changes, { path: 'tsconfig.json', kind: 'merge', file, before }]
}

function linesToIgnore(text: string, example: string): string {
  const plain = (line: string) => line.trim().replace(/^\/|\/$/g, '')
  const there = new Set(text.split('\n').map(plain))
  // The project may have a data folder of its own that is committed.
  const keepsFiles = /:data\//.test(example) && !there.has('data')
  const lines = ['.env', ...(keepsFiles ? ['data/sessions*'] : [])]
  return lines.flatMap((line) => (there.has(line) ? [] : [`${line}\n`])).join('')
}

/** The settings of sessions in a store, as `.env.example` has them. */
export function settingsOf(template: Tree, store: string): string {
  const tree: Tree = new Map()
  joinEnv(tree, addLayers(template, store))
  return textOf(tree, settings) ?? ''
}

function addLayers(template: Tree, store: string, language: Project['language'] = 'ts'): Tree[] {
  const [app = '', ...stores] = appLayers(template, store)
  const layers = ['add', app, ...stores].map((layer) =>
    language === 'js' ? layerInJavascript(template, layer) : subtree(template, layer),
  )
  // The app has settings for much else.
  const paragraphs = (textOf(template, `${app}/${settings}`) ?? '').split('\n\n')
  const ours = paragraphs.filter((paragraph) => /^(# )?SESSION_/m.test(paragraph))
  putText(layers[1] as Tree, settings, ours.join('\n\n'))
  return layers
}

/** The store of the sessions that `add` has brought into a folder, by the files that are there; undefined where there are none of ours. */
export function storeOfProject(template: Tree, folder: string): string | undefined {
  const languages = ['ts', 'js'] as const
  const language = languages.find((each) => readText(folder, openerIn(each)) !== undefined)
  if (language === undefined) return undefined
  const backendFile = `src/session/backend/index.${language}`
  const backend = readText(folder, backendFile)
  const example = readText(folder, settings) ?? ''
  const isAddress = (name: string) =>
    example.includes(/^SESSION_STORE_URL=.*$/m.exec(settingsOf(template, name))?.[0] ?? '\0')
  const isBackend = (name: string) =>
    addLayers(template, name, language)
      .map((layer) => textOf(layer, backendFile))
      .findLast((text) => text !== undefined) === backend
  const names = listStores(template).map(({ name }) => name)
  const [one, ...others] = names.filter(isBackend)
  // Two stores may share a backend, and somebody may have edited it.
  return one !== undefined && others.length === 0 ? one : (names.find(isAddress) ?? one)
}

/** What `add` made of a project with one store and makes of it with another, as far as that differs; without secrets. */
export function addedTrees(
  template: Tree,
  project: Project,
  { from, store }: { from: string; store: string },
): { base: Tree; next: Tree } {
  const mine = versionsOf(project.manifest)
  // Where the project starts servers of its own, it has added ours to them by hand.
  const server = serverOf(template, from)
  const isServerOurs = server !== undefined && readText(project.path, compose) === server
  const treeOf = (name: string): Tree => {
    const tree = sessionTree(template, name, project)
    putText(tree, settings, settingsOf(template, name))
    // One in another version than ours is the project's own.
    const ours = Object.entries(neededPackages(template, name)).filter(
      ([needed, version]) => (mine[needed] ?? version) === version,
    )
    const manifest = { dependencies: Object.fromEntries(ours) }
    putText(tree, 'package.json', JSON.stringify(manifest))
    const own = serverOf(template, name)
    if (isServerOurs && own !== undefined) putText(tree, compose, own)
    return tree
  }
  return { base: treeOf(from), next: treeOf(store) }
}

/** What to do before sessions that were added to a project can start: commands and sentences, in their order. */
export function adviseOnStart(
  project: Project,
  { template, store }: { template: Tree; store: string },
): string[] {
  return [
    ...ownSteps(template, store),
    ...(serverOf(template, store) === undefined ? [] : ['docker compose up -d --wait']),
    ...(readLacks(template, store).creation ? [prepareStep(project)] : []),
  ]
}

// What tsc writes for require() is elsewhere, so no command of ours could name it.
const prepareStep = (project: Project) =>
  runsCompiled(project)
    ? 'make its table once, by a program of yours: await sessions.prepare()'
    : `node --input-type=module -e "import { sessions } from './${openerIn(project.language)}'; await sessions.prepare(); await sessions.close()"`
