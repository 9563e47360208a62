import { basename, resolve } from 'node:path'
import packageJson from '../package.json' with { type: 'json' }
import { addedTrees, stepsInProject, storeOfProject } from './add/files.ts'
import { readProject } from './add/project.ts'
import { readPresent } from './files/plan.ts'
import { planThreeWay } from './files/three-way.ts'
import {
  folderQuestion,
  type Generator,
  type Place,
  storeQuestion,
  type WriteAnswers,
  type Written,
  write,
} from './generator.ts'
import { InputError } from './input-error.ts'
import { makeTree } from './template/compose.ts'
import { appLayers, checkStore, readLacks } from './template/layers.ts'
import { storeSteps } from './template/next-steps.ts'
import {
  findPackageManager,
  type PackageManager,
  projectManager,
  translateCommands,
} from './template/package-managers.ts'
import { findRecord, type RecordedOptions, withoutRecord } from './template/record.ts'
import { type Tree, textOf } from './template/tree.ts'

/** What the owner of an app decides about its new store. */
export interface SwitchAnswers extends WriteAnswers {
  dir: string
  store: string
}

/** Gives an app, or a project that has our sessions, another store. */
export const switchGenerator: Generator<SwitchAnswers> = {
  name: 'switch',
  description: 'another store for the sessions of an app',
  questions: (place) => [
    folderQuestion('Folder of the app', (dir) => readSource(dir, place)),
    storeQuestion(place.template, 'Where sessions are to live'),
  ],
  run: switchStore,
}

/** What a switch begins with: an app with its record, or a project that sessions were added to. */
interface Source {
  folder: string
  from: string
  manager: () => Promise<PackageManager>
  hasCommands: boolean
  /** Both as they were made. */
  trees: (store: string) => { base: Tree; next: Tree }
  nextSteps: (store: string, next: Tree) => string[]
}

async function switchStore(
  { dir, store, onConflict = 'error', dryRun = false }: SwitchAnswers,
  { template, cwd }: Place,
): Promise<Written> {
  checkStore(template, store)
  const source = readSource(dir, { template, cwd }, `switch --store ${store}`)
  const { folder, from } = source
  const manager = await source.manager()
  checkStore(template, from)
  if (from === store) {
    const notes = [`Sessions live in ${store} already: there is nothing to do.`]
    return { folder, manager, changes: [], notes, warnings: [], nextSteps: [] }
  }
  const trees = source.trees(store)
  const goal = `switch to ${store}`
  const moved = { template, store, done: !dryRun }
  const note = dryRun
    ? `Sessions would live in ${store}, and no longer in ${from}.`
    : `Sessions live in ${store} from now on, and no longer in ${from}.`
  const switched = {
    ...planThreeWay(trees, { folder, onConflict, goal }),
    folder,
    manager,
    notes: [note],
    warnings: [
      adviseOnSessions(source, moved),
      ...adviseOnUsers(source, moved),
      ...adviseOnServer(source, trees),
    ],
    nextSteps: source.nextSteps(store, trees.next),
  }
  return write(switched, dryRun)
}

/** What to know before a switch about the sessions that are there; undefined where the folder is none to switch. */
export async function adviseBefore(
  { dir, store }: { dir: string; store?: string | undefined },
  place: Place,
): Promise<string | undefined> {
  try {
    const source = readSource(dir, place)
    if (source.from === store) return undefined
    const moved = { ...place, store, done: false }
    const advice = [adviseOnSessions(source, moved), ...adviseOnUsers(source, moved)]
    return translateCommands(advice.join('; '), await source.manager())
  } catch {
    // What is wrong with it is said by the switch.
    return undefined
  }
}

function readSource(dir: string, { template, cwd }: Place, words = 'switch'): Source {
  const folder = resolve(cwd, dir)
  const record = findRecord(folder)
  if (record) {
    const { version, files } = record
    // The first edition recorded no files, and had others under the same version.
    if (version !== packageJson.version || !files) {
      throw new InputError(
        `this app was made by version ${version}, and this is ${packageJson.version}, whose files are others: run "npx create-sess-app@${version} ${words}" in the folder of the app, or bring it up to this one first, by "create-sess-app update"`,
      )
    }
    return appSource(folder, record.options, template)
  }
  const from = storeOfProject(template, folder)
  if (from === undefined) throw withoutRecord(dir)
  const project = readProject(dir, cwd)
  return {
    folder,
    from,
    manager: () => projectManager(folder),
    hasCommands: false,
    trees: (store) => addedTrees(template, project, { from, store }),
    nextSteps: (store) => stepsInProject(template, store, project),
  }
}

function appSource(folder: string, options: RecordedOptions, template: Tree): Source {
  return {
    folder,
    from: options.store,
    manager: async () => findPackageManager(options.packageManager).manager,
    hasCommands: !options.minimal,
    trees: (store) => ({
      base: makeTree(options, template),
      next: makeTree({ ...options, store }, template),
    }),
    nextSteps: (store, next) => [
      // A clone has none.
      ...(readPresent(folder, '.env') ? [] : ['npm run setup  # makes .env']),
      ...storeSteps(template, store, { compose: textOf(next, 'docker-compose.yml') }),
      'npm run dev',
    ],
  }
}

interface Moved {
  template: Tree
  store?: string | undefined
  done: boolean
}

function adviseOnSessions({ from, hasCommands }: Source, { template, store, done }: Moved): string {
  const there = readLacks(template, from)
  const here = store === undefined ? {} : readLacks(template, store)
  if (!hasCommands || there.sharing || there.scan || here.sharing) {
    return `sessions stay in ${from} and cannot be taken along: users log in again`
  }
  const leave = `"npm run sessions -- export > sessions.jsonl"`
  const enter = `"npm run sessions -- import < sessions.jsonl"`
  const way = done
    ? `stop the app, switch back, run ${leave}, switch again and run ${enter}`
    : `stop the app, run ${leave} before the switch and ${enter} after it`
  return `sessions stay in ${from}; to take them along, ${way}, and only then start it: who logs out meanwhile would be logged in again`
}

const userTable = 'src/session/backend/user-table.ts'

/** Users of a database stay there, and a file from before has those who were removed since. */
function adviseOnUsers({ from, hasCommands }: Source, { template, done }: Moved): string[] {
  const isInDatabase = appLayers(template, from).some(
    (layer) => layer !== 'app' && template.has(`${layer}/${userTable}`),
  )
  if (!hasCommands || !isInDatabase) return []
  const take = 'remove data/users.json, run "npm run user -- export data/users.json"'
  return [
    `users stay in ${from}, and whoever is in an old data/users.json is a user again; to take all along, ${done ? `switch back, ${take} and switch again` : `${take} before the switch`}`,
  ]
}

function adviseOnServer(
  { from, folder }: Source,
  { base, next }: { base: Tree; next: Tree },
): string[] {
  const [was, will] = [base, next].map((tree) => textOf(tree, 'docker-compose.yml'))
  if (was === undefined || was === will) return []
  const stop =
    will === undefined
      ? `docker compose -p ${composeProject(folder)} down`
      : 'docker compose up -d --wait --remove-orphans'
  const password = /\bSTORE_PASSWORD\b/.test(was) ? ', as .env does its password' : ''
  return [
    `the server of ${from} goes on if you have started it, and keeps its data${password}: "${stop}" stops it`,
  ]
}

// Compose finds what it has started by the name that it made of the folder's.
function composeProject(folder: string): string {
  const letters = basename(folder).toLowerCase()
  return letters.replace(/[^a-z0-9_-]/g, '').replace(/^[_-]+/, '')
}
