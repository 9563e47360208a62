import { readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { applyChanges } from '../changes/apply-changes.ts'
import { type Change, type OnConflict, planChanges, refusalOf } from '../changes/changes.ts'
import { type Generator, type Place, placeQuestions, runGenerator } from '../generator.ts'
import type { Refusal } from '../refusal.ts'
import { checkStore } from '../stores.ts'
import type { Tree } from '../tree.ts'
import { type Advice, adviseOn } from './advice.ts'
import { findLacking } from './dependencies.ts'
import { planJoined, sessionTree } from './files.ts'
import { readProject } from './project.ts'

/** What the author of a project decides about its sessions. */
export interface AddAnswers {
  dir: string
  store: string
  onConflict?: OnConflict
  dryRun?: boolean
}

/** What came of adding sessions to a project. */
export interface Addition extends Advice {
  /** The project's folder, absolute. */
  folder: string
  changes: Change[]
  /** When nothing was to be written: why that would be refused. */
  refusal?: Refusal
}

/** Adds sessions to a project. */
export const addGenerator: Generator<AddAnswers, Addition> = {
  name: 'add',
  description: 'sessions in the store of your choice, for an Express project that you have',
  questions: (template, cwd) =>
    placeQuestions(template, {
      ...{ dir: 'Folder of the Express project', store: 'Where sessions live' },
      check: (dir) => readProject(dir, cwd),
    }),
  run: add,
  tell: tellInShort,
}

/** Adds sessions to a project by the generator `add`, all of it or nothing. */
export const addSessions = (answers: AddAnswers, place?: Partial<Place>) =>
  runGenerator(addGenerator, answers, place)

async function add(
  { dir, store, onConflict = 'error', dryRun = false }: AddAnswers,
  { template, cwd }: Place,
): Promise<Addition> {
  checkStore(template, store)
  const project = readProject(dir, cwd)
  const lacking = findLacking(template, store, project)
  const tree = sessionTree(template, store, project)
  const changes = [
    ...planChanges({ tree, target: project.path, onConflict }),
    ...planJoined(project, { template, store, lacking }),
    ...(onConflict === 'error' ? foreign(project.path, tree) : []),
  ]
  const advice = adviseOn(project, { template, store, lacking })
  const refusal = refusalOf(changes, project.path)
  if (refusal && !dryRun) throw refusal
  if (!dryRun) await applyChanges(project.path, changes)
  return { folder: project.path, changes, ...advice, ...(refusal && { refusal }) }
}

/** What is in `src/session/` and not of ours: it may be somebody's sessions, which two of would not go together. */
function foreign(folder: string, tree: Tree): Change[] {
  return filesOf(join(folder, 'src/session'))
    .map((file) => relative(folder, file).replaceAll(sep, '/'))
    .filter((path) => !tree.has(path))
    .map((path) => ({ path, kind: 'conflict' }))
}

function filesOf(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
    return entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name))
  } catch {
    return []
  }
}

function tellInShort({ changes, entry, lines, steps, warnings }: Addition): string {
  const written = changes.filter(({ kind }) => kind === 'create' || kind === 'merge')
  return [
    `${written.length} files. Install what package.json asks for, put these lines into ${entry}:`,
    ...lines,
    ...(steps.length > 0 ? ['and then:', ...steps] : []),
    ...warnings.map((warning) => `Mind: ${warning}`),
  ].join('\n')
}
