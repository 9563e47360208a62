import { statSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { fillEnv } from '../template/app/src/session/settings.ts'
import { addedTrees, adviseOnStart, storeOfProject } from './add/files.ts'
import { readProject } from './add/project.ts'
import { writeChanges } from './files/apply.ts'
import { readPresent } from './files/plan.ts'
import { planThreeWay, readSecrets, threeWayError } from './files/three-way.ts'
import {
  type Generator,
  type Place,
  placeQuestions,
  type WriteAnswers,
  type Written,
} from './generator.ts'
import { InputError, quote } from './input-error.ts'
import { makeTree } from './template/compose.ts'
import { checkStore, readLacks } from './template/layers.ts'
import { storeSteps, summaryOf } from './template/next-steps.ts'
import {
  findPackageManager,
  type PackageManager,
  projectManager,
  translateCommands,
} from './template/package-managers.ts'
import { type RecordedOptions, readRecord, recordFile } from './template/record.ts'
import { putText, type Tree, textOf } from './template/tree.ts'

/** What the owner of an app decides about its new store. */
export interface SwitchAnswers extends WriteAnswers {
  dir: string
  store: string
}

/** What came of a switch. */
export interface Switched extends Written {
  /** The store that the app had; that of the answers where there was nothing to do. */
  from: string
}

/** Gives an app, or a project that has our sessions, another store. */
export const switchGenerator: Generator<SwitchAnswers, Switched> = {
  name: 'switch',
  description: 'another store for the sessions of an app',
  questions: ({ template, cwd }) =>
    placeQuestions(
      template,
      { dir: 'Folder of the app', store: 'Where sessions are to live' },
      (dir) => readSource(dir, { template, cwd }),
    ),
  run: switchStore,
  summarize,
}

/** What a switch begins with: an app with its record, or a project that sessions were added to. */
interface Source {
  folder: string
  from: string
  manager: () => Promise<PackageManager>
  hasCommands: boolean
  /** Both as they were made, with the secrets that are there now. */
  trees: (store: string) => Promise<{ base: Tree; next: Tree }>
  nextSteps: (store: string, next: Tree) => string[]
}

async function switchStore(
  { dir, store, onConflict = 'error', dryRun = false }: SwitchAnswers,
  { template, cwd }: Place,
): Promise<Switched> {
  checkStore(template, store)
  const source = readSource(dir, { template, cwd }, `switch --store ${store}`)
  const { folder, from } = source
  const manager = await source.manager()
  checkStore(template, from)
  if (from === store) return { folder, from, manager, changes: [], warnings: [], nextSteps: [] }
  const trees = await source.trees(store)
  const changes = planThreeWay({ ...trees, target: folder, onConflict })
  const error = threeWayError(changes, { step: 'switch', to: store, onConflict })
  await writeChanges(folder, changes, { error, dryRun })
  const sessions = adviseOnSessions(source, { template, store, done: !dryRun })
  const warnings = [sessions, ...adviseOnServer({ ...trees, from, folder })]
  const inItsWords = (text: string) => translateCommands(text, manager)
  return {
    folder,
    from,
    manager,
    changes,
    warnings: warnings.map(inItsWords),
    nextSteps: source.nextSteps(store, trees.next).map(inItsWords),
    ...(error && { error }),
  }
}

/** What to know before a switch about the sessions that are there; undefined where the folder is none to switch. */
export async function adviseBefore(
  { dir, store }: { dir: string; store?: string | undefined },
  place: Place,
): Promise<string | undefined> {
  try {
    const source = readSource(dir, place)
    if (source.from === store) return undefined
    const advice = adviseOnSessions(source, { ...place, store, done: false })
    return translateCommands(advice, await source.manager())
  } catch {
    // What is wrong with it is said by the switch.
    return undefined
  }
}

function readSource(dir: string, { template, cwd }: Place, words = 'switch'): Source {
  const folder = resolve(cwd, dir)
  const record = isFolder(folder) ? readPresent(folder, recordFile) : undefined
  if (record) return appSource(folder, readRecord(record.toString('utf8'), words).options, template)
  const from = storeOfProject(template, folder)
  if (from === undefined) {
    throw new InputError(
      `${quote(dir)} has no ${recordFile}, which says what an app was made from: name the folder of an app, or take that file back from your repository`,
    )
  }
  const project = readProject(dir, cwd)
  return {
    folder,
    from,
    manager: () => projectManager(folder),
    hasCommands: false,
    trees: async (store) => keepSecrets(folder, addedTrees(template, project, { from, store })),
    nextSteps: (store) => adviseOnStart(project, { template, store }),
  }
}

function appSource(folder: string, options: RecordedOptions, template: Tree): Source {
  return {
    folder,
    from: options.store,
    manager: async () => findPackageManager(options.packageManager).manager,
    hasCommands: !options.minimal,
    trees: async (store) => {
      const base = await makeTree(options, template)
      const next = await makeTree({ ...options, store }, template)
      return keepSecrets(folder, { base, next })
    },
    nextSteps: (store, next) => [
      // A clone has none.
      ...(readPresent(folder, '.env') ? [] : ['npm run setup  # makes .env']),
      ...storeSteps({ template, store, tree: next }),
      'npm run dev',
    ],
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

/** Two trees of an app with the secrets that it has now; its users are in neither. */
export function keepSecrets<Trees extends { base: Tree; next: Tree }>(
  folder: string,
  trees: Trees,
): Trees {
  const there = readPresent(folder, '.env')?.toString('utf8') ?? ''
  const { STORE_PASSWORD: password } = parseEnv(there)
  const secretsOf = (tree: Tree) => readSecrets(textOf(tree, '.env') ?? '', exampleOf(tree))
  const secrets = {
    ...secretsOf(trees.next),
    ...secretsOf(trees.base),
    ...readSecrets(there, exampleOf(trees.base)),
    ...(password && { password }),
  }
  for (const tree of [trees.base, trees.next]) {
    const example = password ? withPassword(exampleOf(tree)) : exampleOf(tree)
    putText(tree, '.env', fillEnv(example, secrets), 0o600)
    tree.delete('data/users.json')
  }
  return trees
}

const exampleOf = (tree: Tree) => textOf(tree, '.env.example') ?? ''

// A server keeps its password with its data, so that who switches back needs it again.
function withPassword(example: string): string {
  if (/^STORE_PASSWORD=/m.test(example)) return example
  return example.replace(/^(?=SESSION_STORE_URL=)/m, 'STORE_PASSWORD=<password>\n')
}

function adviseOnSessions(
  { from, hasCommands }: Source,
  { template, store, done }: { template: Tree; store?: string | undefined; done: boolean },
): string {
  const there = readLacks(template, from)
  const here = store === undefined ? {} : readLacks(template, store)
  if (!hasCommands || there.sharing || there.scan || here.sharing) {
    return `sessions stay in ${from} and cannot be taken along: users log in again`
  }
  const leave = `"npm run sessions -- export > sessions.jsonl"`
  const enter = `"npm run sessions -- import < sessions.jsonl"`
  return done
    ? `sessions stay in ${from}; to take them along, switch back, run ${leave}, switch again and run ${enter}`
    : `sessions stay in ${from}; to take them along, run ${leave} before the switch and ${enter} after it`
}

function adviseOnServer({
  base,
  next,
  from,
  folder,
}: {
  base: Tree
  next: Tree
  from: string
  folder: string
}): string[] {
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

function summarize(switched: Switched): string {
  const { length } = switched.changes
  if (length === 0) return 'it has that store already: nothing to do'
  return summaryOf([`${length} files`], switched)
}
