import type { Change, OnConflict } from './files/plan.ts'
import { InputError } from './input-error.ts'
import { checkStore, listStores } from './template/layers.ts'
import type { PackageManager } from './template/package-managers.ts'
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

/** What every generator that writes into a folder comes to. */
export interface Written {
  /** The folder, absolute. */
  folder: string
  changes: Change[]
  /** Who installs what package.json asks for. */
  manager: PackageManager
  warnings: string[]
  /** Commands and sentences, in their order, for after the install. */
  nextSteps: string[]
  /** In a dry run, what the real one would end with. */
  error?: InputError
}

/** A generator of Plop, which is one typed function: it does one thing in a folder, all of it or nothing. */
export interface Generator<Answers, Result> {
  name: string
  description: string
  questions: (place: Place) => Question<Answers>[]
  run: (answers: Answers, place: Place) => Promise<Result>
  /** What it prints of its result for those who run Plop. */
  summarize: (result: Result, answers: Answers) => string
}

/** The questions of a folder and of the store for what is in it, which has to be given. */
export function placeQuestions(
  template: Tree,
  messages: { dir: string; store: string },
  check: (dir: string) => unknown,
): Question<{ dir: string; store: string }>[] {
  return [
    { name: 'dir', message: messages.dir, default: '.', check: (dir) => check(named(dir)) },
    {
      name: 'store',
      message: messages.store,
      choices: listStores(template),
      check: (store) => checkStore(template, store),
    },
  ]
}

// An empty one would be the folder that we are in, which nobody has named.
function named(dir: string): string {
  if (dir.trim() !== '') return dir
  throw new InputError('the directory has no name: say one, or . for here')
}
