import { parseEnv } from 'node:util'
import { fillEnv } from '../../template/app/src/session/settings.ts'
import { type Change, planChanges, readPresent } from '../files/plan.ts'
import { InputError, quote } from '../input-error.ts'
import { joinEnv } from '../template/compose.ts'
import { appLayers, isPathOf, listStores, minimalOmissions } from '../template/layers.ts'
import { storeSteps } from '../template/next-steps.ts'
import { putText, subtree, type Tree, textOf } from '../template/tree.ts'
import { layerInJavascript } from './javascript.ts'
import { neededPackages, type Project, readText, versionsOf } from './project.ts'

/** The file of `src/session/` that a project imports. */
export const openerIn = (language: Project['language']) => `src/session/sessions.${language}`

const compose = 'docker-compose.yml'
const composeNames = [compose, 'docker-compose.yaml', 'compose.yml', 'compose.yaml']
const settingsFile = '.env.example'

/** What a store brings into a project: `src/session/`, settings as `.env.example` has them, and its server where it is one. */
export interface Brought {
  session: Tree
  settings: string
  server: string | undefined
}

/** Reads what a store brings from the layers of an app with it, and from what is for projects alone. */
export function broughtBy(
  template: Tree,
  store: string,
  language: Project['language'] = 'ts',
): Brought {
  const layerIn = language === 'js' ? layerInJavascript : subtree
  // What only the commands of an app need, as in a minimal one.
  const { omits } = minimalOmissions(template)
  const names = ['add', ...appLayers(template, store)]
  const layers = names.map((name) => layerIn(template, name)) as [Tree, Tree, ...Tree[]]
  const [own, app, ...stores] = layers
  const files = [app, ...stores, own].flatMap((layer) => [...layer])
  // The app has settings for much else.
  const paragraphs = (textOf(app, settingsFile) ?? '').split('\n\n')
  const ofSessions = paragraphs.filter((paragraph) => /^(# )?SESSION_/m.test(paragraph))
  putText(app, settingsFile, ofSessions.join('\n\n'))
  const env: Tree = new Map()
  joinEnv(env, layers)
  return {
    session: new Map(
      files.filter(([path]) => path.startsWith('src/session/') && !isPathOf(path, omits)),
    ),
    settings: textOf(env, settingsFile) ?? '',
    server: textOf(new Map(files), compose),
  }
}

/** The files that are for a project alone: `src/session/`, and the server of the store where the project starts none. */
export function sessionTree(project: Project, { session, server }: Brought): Tree {
  const tree = new Map(session)
  // It would have no such file beside it.
  if (runsCompiled(project)) tree.delete('src/session/package.json')
  if (server !== undefined && !findCompose(project)) putText(tree, compose, server)
  return tree
}

// It runs what tsc has made of it, elsewhere and for require().
function runsCompiled({ typescript, manifest }: Project): boolean {
  return typescript?.emits === true && manifest.type !== 'module'
}

/** The file by which a project starts servers, if it has one. */
export function findCompose({ path }: Project): string | undefined {
  return composeNames.find((name) => readText(path, name) !== undefined)
}

/** What is joined to the files that a project has or gets: packages, settings with a secret, and what git leaves out. */
export function planJoined(project: Project, settings: string, packages: object): Change[] {
  const { path: folder } = project
  const { STORE_PASSWORD: password } = parseEnv(readText(folder, '.env') ?? '')
  const env = fillEnv(settings, password === undefined ? {} : { password })
  const tree: Tree = new Map()
  putText(tree, 'package.json', JSON.stringify(packages))
  putText(tree, settingsFile, settings)
  putText(tree, '.env', env, 0o600)
  putText(tree, '.gitignore', linesToIgnore(readText(folder, '.gitignore') ?? '', settings))
  const changes = planChanges(tree, folder, 'merge')
  const unread = changes.find(({ kind, note }) => kind === 'keep' && note)
  if (unread) {
    throw new InputError(
      `${quote(unread.path)} is no text in UTF-8: save it as that, and run this again`,
    )
  }
  return changes
}

/** The tsconfig.json of a project with what imports need; nothing where somebody has decided about it. */
export function planTsconfig({ path: folder, typescript }: Project): Change[] {
  if (typescript?.mended === undefined) return []
  const file = { bytes: Buffer.from(typescript.mended), mode: 0o644 }
  const before = readPresent(folder, 'tsconfig.json')
  return [{ path: 'tsconfig.json', kind: 'merge', file, before }]
}

function linesToIgnore(text: string, settings: string): string {
  const plain = (line: string) => line.trim().replace(/^\/|\/$/g, '')
  const there = new Set(text.split('\n').map(plain))
  // The project may have a data folder of its own that is committed.
  const keepsFiles = /:data\//.test(settings) && !there.has('data')
  const lines = ['.env', ...(keepsFiles ? ['data/sessions*'] : [])]
  return lines.flatMap((line) => (there.has(line) ? [] : [`${line}\n`])).join('')
}

/** The store of the sessions that `add` has brought into a folder, by the files that are there; undefined where there are none of ours. */
export function storeOfProject(template: Tree, folder: string): string | undefined {
  const languages = ['ts', 'js'] as const
  const language = languages.find((each) => readText(folder, openerIn(each)) !== undefined)
  if (language === undefined) return undefined
  const backendFile = `src/session/backend/index.${language}`
  const backend = readText(folder, backendFile)
  const settings = readText(folder, settingsFile) ?? ''
  const stores = listStores(template).map(({ name }) => ({
    name,
    ...broughtBy(template, name, language),
  }))
  const byBackend = stores.filter(({ session }) => textOf(session, backendFile) === backend)
  // Two stores may share a backend, and somebody may have edited it.
  if (byBackend.length === 1) return byBackend[0]?.name
  const address = /^SESSION_STORE_URL=.*$/m
  const byAddress = stores.find(
    (each) => address.exec(each.settings)?.[0] === address.exec(settings)?.[0],
  )
  return (byAddress ?? byBackend[0])?.name
}

/** What `add` made of a project with one store and makes of it with another, as far as that differs; without secrets. */
export function addedTrees(
  template: Tree,
  project: Project,
  { from, store }: { from: string; store: string },
): { base: Tree; next: Tree } {
  const mine = versionsOf(project.manifest)
  const there = readText(project.path, compose)
  const was = broughtBy(template, from, project.language)
  // Where the project starts servers of its own, it has added ours to them by hand.
  const isServerOurs = there !== undefined && there === was.server
  const treeOf = (name: string, brought: Brought): Tree => {
    const tree = sessionTree(project, brought)
    putText(tree, settingsFile, brought.settings)
    // One in another version than ours is the project's own.
    const ours = Object.entries(neededPackages(template, name)).filter(
      ([needed, version]) => (mine[needed] ?? version) === version,
    )
    const manifest = { dependencies: Object.fromEntries(ours) }
    putText(tree, 'package.json', JSON.stringify(manifest))
    if (isServerOurs && brought.server !== undefined) putText(tree, compose, brought.server)
    return tree
  }
  const will = broughtBy(template, store, project.language)
  return { base: treeOf(from, was), next: treeOf(store, will) }
}

/** What to do before sessions that were added to a project can start: commands and sentences, in their order. */
export function stepsInProject(template: Tree, store: string, project: Project): string[] {
  // What tsc writes for require() is elsewhere, so no command of ours could name it.
  const prepare = runsCompiled(project)
    ? 'make its table once, by a program of yours: await sessions.prepare()'
    : `node --input-type=module -e "import { sessions } from './${openerIn(project.language)}'; await sessions.prepare(); await sessions.close()"`
  return storeSteps(template, store, { compose: broughtBy(template, store).server, prepare })
}
