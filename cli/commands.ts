import { join, relative, resolve } from 'node:path'
import { readProject } from '../generators/add/project.ts'
import { addGenerator } from '../generators/add.ts'
import { type CreateAnswers, createGenerator } from '../generators/create.ts'
import { conflictWays, entriesInTheWay, type OnConflict } from '../generators/files/plan.ts'
import type { Generator, Place } from '../generators/generator.ts'
import { attempt } from '../generators/input-error.ts'
import { runGenerator } from '../generators/plop.ts'
import { adviseBefore, switchGenerator } from '../generators/switch.ts'
import { updateGenerator } from '../generators/update.ts'
import { finish } from './finish.ts'
import { hasUncommitted, isTracked, makeRepository } from './git.ts'
import {
  type Command,
  conflictOption,
  type Option,
  type Order,
  optionsFor,
  type Resolved,
} from './options.ts'
import type { Outcome } from './report.ts'
import { trackedEnv, warnOfApp, warnOfCommits, warnOfWorkspace } from './warnings.ts'

const createCommand: Command = {
  name: '',
  description: 'an Express 5 app with server-side sessions',
  options: (place) =>
    optionsFor(createGenerator.questions(place), [
      gitOption,
      ...secretOptions,
      conflictIn(place.cwd),
    ]),
  run: createApp,
}

const editedOption: Option = {
  ...conflictOption,
  message: 'Files that you edited and it changes: error, skip, merge or overwrite',
}

const fromOption: Option = {
  name: 'from',
  value: '<file>',
  message: 'The package that made the app, from a file',
}

/** All that we can be told to do; the first is what is done when no other is named. */
export const commands: [Command, ...Command[]] = [
  createCommand,
  {
    ...commandOf(switchGenerator, () => [editedOption], warnOfChanges),
    announce: ({ dir = '.', store }, place) => adviseBefore({ dir, store }, place),
  },
  commandOf(addGenerator, ({ cwd }) => [tsconfigIn(cwd), conflictOption], warnOfSecrets),
  commandOf(updateGenerator, () => [fromOption, editedOption], warnOfChanges),
]

const gitOption: Option = {
  name: 'git',
  asked: true,
  negatable: true,
  default: true,
  message: 'Make a git repository and commit',
}

const secretOptions: Option[] = [
  { name: 'secret', value: '<text>', message: 'Sign cookies with this instead of a random secret' },
  {
    name: 'secretFile',
    value: '<file>',
    message: 'The same, from a file: no trace in the history',
  },
]

/** Asked about only where the folder holds files. */
function conflictIn(cwd: string): Option {
  const words: Record<OnConflict, string> = {
    error: 'choose another folder',
    skip: 'keep the files that are there',
    merge: 'join package.json, .env and ignore files, keep the others',
    overwrite: 'replace them by those of the app, .env and its users too',
  }
  return {
    ...conflictOption,
    urgent: true,
    asked: ({ dir, dryRun }) =>
      dir !== undefined && !dryRun && entriesInTheWay(resolve(cwd, dir)).length > 0,
    question: 'It holds files: what is to become of those that differ',
    choices: conflictWays.map((name) => ({ name, description: words[name] })),
  }
}

/** Asked about only where tsconfig.json lacks it, and nobody has decided about it. */
function tsconfigIn(cwd: string): Option {
  return {
    name: 'tsconfig',
    default: false,
    message: 'Set in tsconfig.json that files import "./x.ts", as src/session/ does',
    // What is wrong with the folder is said by the question for it.
    asked: ({ dir = '.' }) => attempt(() => readProject(dir, cwd).typescript?.mended) !== undefined,
  }
}

/** Makes an app, installs and commits it. */
async function createApp(order: Order): Promise<Outcome> {
  const given = order.given as Resolved & CreateAnswers
  const folder = resolve(order.place.cwd, given.dir)
  const hadFiles = entriesInTheWay(folder).length > 0
  // Before anything is written, so that a Ctrl-C meanwhile leaves nothing.
  const tracked = hadFiles && (await isTracked(folder, '.env'))
  const created = await runGenerator(createGenerator, given, order.place)
  const { changes, manager, notes, warnings } = created
  const mayCommit = warnOfCommits(changes, { tracked })
  const isOurs = changes.some(({ path, kind }) => path === '.env' && kind !== 'keep')
  const env = join(relative(process.cwd(), folder), '.env')
  const safety = mayCommit.length === 0 ? ' and never committed' : ''
  // Modes of files mean nothing on Windows.
  const rights =
    process.platform === 'win32' ? 'with the rights of its folder' : 'readable by you only'
  return finish(order, {
    ...created,
    notes: [...notes, ...(isOurs ? [`Secrets: ${env}, ${rights}${safety}.`] : [])],
    warnings: [
      ...warnings,
      ...warnOfApp(changes),
      ...mayCommit,
      ...warnOfWorkspace(folder, manager),
    ],
    afterInstall: async () => {
      if (!given.git) return { note: 'Git: no repository, as you said.' }
      // Not ours to commit.
      if (hadFiles) return { note: 'Git: left to you, as the folder held files before.' }
      return makeRepository(folder)
    },
  })
}

/** The command of a generator in a folder that is there, with options of its own; `warn` says what there is to mind in it before anything is changed. */
function commandOf(
  generator: Generator<Resolved>,
  own: (place: Place) => Option[],
  warn: (folder: string) => Promise<string[]>,
): Command {
  const { name, description, questions } = generator
  return {
    name,
    description,
    options: (place) => optionsFor(questions(place), own(place)),
    run: async (order) => {
      const { given, place } = order
      const found = await warn(resolve(place.cwd, given.dir))
      const made = await runGenerator(generator, given, place)
      const warnings = made.changes.length > 0 ? [...made.warnings, ...found] : made.warnings
      return finish(order, { ...made, warnings })
    },
  }
}

async function warnOfChanges(folder: string): Promise<string[]> {
  const mixed = 'git diff shows your changes and those of this run in one'
  return (await hasUncommitted(folder)) ? [`not all was committed before: ${mixed}`] : []
}

async function warnOfSecrets(folder: string): Promise<string[]> {
  return (await isTracked(folder, '.env')) ? [trackedEnv] : []
}
