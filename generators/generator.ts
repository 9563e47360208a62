import { applyChanges } from './files/apply.ts'
import type { Change, OnConflict } from './files/plan.ts'
import { type InputError, unnamed } from './input-error.ts'
import { checkStore, listStores } from './template/layers.ts'
import { type PackageManager, translateCommands } from './template/package-managers.ts'
import type { Tree } from './template/tree.ts'

/** The template, and the folder that others are named from. */
export interface Place {
  template: Tree
  cwd: string
}

/** Something to know before a generator can run: what is asked, the default, what is refused. */
export interface Question<Answers> {
  name: keyof Answers & string
  message: string
  /** What is taken when nothing is given; without it, an answer is needed. */
  default?: string | boolean
  /** The default once these answers are given. */
  defaultAfter?: (answers: Partial<Answers>) => string
  choices?: { name: string; description: string }[]
  /** Throws for a value that cannot be. */
  check?: (value: string, answers: Partial<Answers>) => unknown
}

/** What is answered beside the questions, by flags of the command. */
export interface WriteAnswers {
  /** What to do with files that are in the way; `error` where it is not given. */
  onConflict?: OnConflict
  /** Finds out what would be written, and writes nothing. */
  dryRun?: boolean
}

/** What every generator comes to; the command and Plop print it in ways of their own. */
export interface Written {
  /** The folder, absolute. */
  folder: string
  changes: Change[]
  /** Who installs what package.json asks for. */
  manager: PackageManager
  /** What came of it, a sentence each. */
  notes: string[]
  warnings: string[]
  /** Commands and sentences, in their order, for after the install. */
  nextSteps: string[]
  /** How to log in to an app that has just been made; undefined where it has no users, or kept those that it had. */
  login?: { user: string; password: string; address: string } | undefined
  /** In a dry run, what the real one would end with. */
  error?: InputError | undefined
}

/** A generator of Plop, which is one typed function: it does one thing in a folder, all of it or nothing. */
export interface Generator<Answers, Result extends Written = Written> {
  name: string
  description: string
  questions: (place: Place) => Question<Answers>[]
  run: (answers: Answers, place: Place) => Promise<Result>
}

/** Makes the changes that a generator has planned, unless it is a dry run, or throws its error; resolves to all of it, in the words of the package manager. */
export async function write<Result extends Written>(
  planned: Result,
  dryRun: boolean,
): Promise<Result> {
  const { folder, changes, manager, error } = planned
  if (error && !dryRun) throw error
  if (!dryRun) await applyChanges(folder, changes)
  const translate = (text: string) => translateCommands(text, manager)
  return {
    ...planned,
    warnings: planned.warnings.map(translate),
    nextSteps: planned.nextSteps.map(translate),
  }
}

/** The question of a folder that is there, which is the one that we are in where nobody names another. */
export function folderQuestion(
  message: string,
  check: (dir: string) => unknown,
): Question<{ dir: string }> {
  return {
    name: 'dir',
    message,
    default: '.',
    check: (dir) => {
      // An empty one would be the folder that we are in, which nobody has named.
      if (dir.trim() === '') throw unnamed()
      check(dir)
    },
  }
}

/** The question of the store, which has to be given. */
export function storeQuestion(template: Tree, message: string): Question<{ store: string }> {
  return {
    name: 'store',
    message,
    choices: listStores(template),
    check: (store) => checkStore(template, store),
  }
}
