import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Brought,
  broughtBy,
  findCompose,
  openerIn,
  planJoined,
  planTsconfig,
  sessionTree,
  stepsInProject,
  storeOfProject,
} from './add/files.ts'
import {
  findLacking,
  importOption,
  importPath,
  oldestForTypes,
  type Project,
  readProject,
  readText,
  versionsOf,
} from './add/project.ts'
import { type Change, conflictError, type OnConflict, planChanges } from './files/plan.ts'
import {
  folderQuestion,
  type Generator,
  type Place,
  storeQuestion,
  type Written,
  write,
} from './generator.ts'
import { InputError, inTheWay, quote } from './input-error.ts'
import type { SwitchAnswers } from './switch.ts'
import { checkStore } from './template/layers.ts'
import { warnOfAddress } from './template/next-steps.ts'
import { isAtLeast, projectManager } from './template/package-managers.ts'
import { readTree, type Tree } from './template/tree.ts'

/** What the author of a project decides about its sessions. */
export interface AddAnswers extends SwitchAnswers {
  /** Sets in tsconfig.json the option that src/session/ needs, where nobody has decided about it. */
  tsconfig?: boolean
}

/** Adds sessions to a project. */
export const addGenerator: Generator<AddAnswers> = {
  name: 'add',
  description: 'sessions in the store of your choice, for an Express project that you have',
  questions: ({ template, cwd }) => [
    folderQuestion('Folder of the Express project', (dir) => readProject(dir, cwd)),
    storeQuestion(template, 'Where sessions live'),
  ],
  run: addSessions,
}

async function addSessions(
  { dir, store, tsconfig = false, onConflict = 'error', dryRun = false }: AddAnswers,
  { template, cwd }: Place,
): Promise<Written> {
  checkStore(template, store)
  const project = readProject(dir, cwd)
  const { path: folder } = project
  if (onConflict !== 'overwrite') checkSameStore(dir, storeOfProject(template, folder), store)
  const { packages, warnings } = findLacking(template, store, project)
  const brought = broughtBy(template, store, project.language)
  const tree = sessionTree(project, brought)
  const mended = tsconfig ? planTsconfig(project) : []
  const changes = [
    ...planChanges(tree, folder, onConflict),
    ...planJoined(project, brought.settings, packages),
    ...mended,
    ...foreignFiles(folder, tree, onConflict),
  ]
  const isThere = changes.every(({ kind }) => kind === 'same')
  const live = dryRun && !isThere ? 'would live' : 'live'
  const added = {
    folder,
    changes,
    manager: await projectManager(folder),
    notes: [
      `Sessions ${live} in ${store}${isThere ? ' already' : ''}; src/session/README.md says how to use them.`,
    ],
    warnings: [...warnings, ...warningsFor(project, brought, mended.length > 0)],
    nextSteps: [linesFor(project), ...stepsInProject(template, store, project)],
    error: conflictError(changes, folder),
  }
  return write(added, dryRun)
}

// One store's files among another's would be sessions of neither.
function checkSameStore(dir: string, there: string | undefined, store: string): void {
  if (there === undefined || there === store) return
  throw new InputError(
    `${quote(dir)} has sessions in ${there}: "create-sess-app switch --store ${store}" in it gives it another store`,
    inTheWay,
  )
}

/** What is in `src/session/` and not of ours: it may be somebody's sessions, which two of would not go together. */
function foreignFiles(folder: string, tree: Tree, onConflict: OnConflict): Change[] {
  const session = join(folder, 'src/session')
  if (onConflict !== 'error' || !existsSync(session)) return []
  return [...readTree(session).keys()]
    .map((path) => `src/session/${path}`)
    .filter((path) => !tree.has(path))
    .map((path) => ({ path, kind: 'conflict' }))
}

/** The two lines that give sessions to the app, and the file that they go into. */
function linesFor(project: Project): string {
  const { path, entry, isModule, language } = project
  const isFound = readText(path, entry) !== undefined
  const file = isFound ? entry : `the file that calls express() (as from ${entry})`
  const from = `'${importPath(project, openerIn(language))}'`
  return [
    `put into ${file}, above the routes that need a session:`,
    isModule ? `import { sessions } from ${from}` : `const { sessions } = require(${from})`,
    'app.use(sessions.middleware)',
  ].join('\n    ')
}

function warningsFor(project: Project, brought: Brought, isMended: boolean): string[] {
  const env = readText(project.path, '.env') ?? ''
  return [
    warnOfServer(project, brought.server),
    warnOfAddress(env, brought.settings),
    warnOfSession(project),
    warnOfTypescript(project, isMended),
    warnOfNode(project, brought.session),
  ].filter((warning) => warning !== undefined)
}

function warnOfServer(project: Project, server: string | undefined): string | undefined {
  const there = findCompose(project)
  if (server === undefined || there === undefined || readText(project.path, there) === server) {
    return undefined
  }
  return `${there} stays as it is; add to it the server of the sessions:\n${server.trimEnd()}`
}

function warnOfSession({ path, manifest, language }: Project): string | undefined {
  const isOurs = readText(path, openerIn(language)) !== undefined
  if (isOurs || versionsOf(manifest)['express-session'] === undefined) return undefined
  return 'express-session is in package.json already: sessions.middleware takes the place of a session(...) of its own'
}

function warnOfTypescript({ typescript }: Project, isMended: boolean): string | undefined {
  if (typescript === undefined) return undefined
  const { importsTs, knowsEnough } = typescript
  const settings = [
    ...(importsTs || isMended ? [] : [importOption]),
    ...(knowsEnough ? [] : ['"target" and "lib" of ES2022 or later']),
  ]
  if (settings.length === 0) return undefined
  return `src/session/ imports "./x.ts" and is written in ES2022: set in tsconfig.json ${settings.join(', and ')}`
}

function warnOfNode({ language, isModule }: Project, tree: Tree): string | undefined {
  const { node } = process.versions
  if (isAtLeast(node, oldestForTypes)) return undefined
  const isSqlite = [...tree].some(([, { bytes }]) => Buffer.from(bytes).includes('node:sqlite'))
  // Where require() takes modules, and where node:sqlite needs no flag.
  const oldest = language === 'ts' ? oldestForTypes : isSqlite ? '22.13' : isModule ? '0' : '20.19'
  return isAtLeast(node, oldest)
    ? undefined
    : `this Node is ${node}, and src/session/ needs ${oldest} or later`
}
