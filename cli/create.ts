import { join, relative, resolve } from 'node:path'
import { type Created, createGenerator } from '../generators/create.ts'
import { conflictChoices, holdsFiles, type OnConflict } from '../generators/files/plan.ts'
import type { Place } from '../generators/generator.ts'
import { runGenerator } from '../generators/plop.ts'
import { listStores } from '../generators/template/layers.ts'
import { shellWord } from '../generators/template/next-steps.ts'
import { detectPackageManager } from '../generators/template/package-managers.ts'
import { commandFor } from '../generators/template/record.ts'
import { givenSecret } from './answers.ts'
import { finish, rerunFlags } from './finish.ts'
import { isTracked, makeRepository } from './git.ts'
import {
  type Command,
  commonOptions,
  conflictOption,
  installOption,
  type Option,
  type Order,
  questionOptions,
  type Resolved,
} from './options.ts'
import type { Outcome } from './report.ts'
import { warnOfApp, warnOfCommits, warnOfWorkspace } from './warnings.ts'

/** Makes an app, installs and commits it. */
export const createCommand: Command = {
  name: '',
  description: 'an Express 5 app with server-side sessions',
  options: (place) => [
    ...questionOptions(createGenerator.questions(place)),
    installOption,
    gitOption,
    ...secretOptions,
    conflictIn(place.cwd),
    ...commonOptions,
  ],
  prepare: async (given) => {
    const secret = await givenSecret(given)
    return secret === undefined ? given : { ...given, secret }
  },
  run: createApp,
}

const atTerminal: Partial<Record<OnConflict, string>> = {
  error: 'choose another folder',
  overwrite: 'replace them by those of the app, .env and its users too',
}

/** Asked about only where the folder holds files. */
function conflictIn(cwd: string): Option {
  return {
    ...conflictOption,
    urgent: true,
    asked: ({ dir, dryRun }) => dir !== undefined && !dryRun && holdsFiles(resolve(cwd, dir)),
    prompt: {
      message: 'It holds files: what is to become of those that differ',
      choices: conflictChoices.map(({ name, description }) => ({
        name,
        description: atTerminal[name] ?? description,
      })),
    },
  }
}

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

type CreateGiven = Resolved<
  'dir' | 'store' | 'minimal' | 'lifetime' | 'maxLifetime' | 'permanent' | 'install' | 'git'
>

async function createApp(order: Order): Promise<Outcome> {
  const given = order.given as CreateGiven
  const hadFiles = holdsFiles(resolve(order.place.cwd, given.dir))
  const created = await runGenerator(createGenerator, given, order.place)
  const { folder, changes, name } = created
  const tracked = hadFiles && (await isTracked(folder, '.env'))
  const mayCommit = warnOfCommits(changes, { tracked })
  const warnings = [
    ...managerNotes(given),
    ...warnOfApp(changes),
    ...mayCommit,
    ...warnOfWorkspace(folder, created.manager),
  ]
  return finish(order, {
    ...created,
    notes: notesOf(given, created, { place: order.place, isSafe: mayCommit.length === 0 }),
    warnings: [...created.warnings, ...warnings],
    command: commandFor(
      { ...given, name },
      { dir: shellWord(given.dir), flags: rerunFlags(given) },
    ),
    afterInstall: () => gitStep(given, { folder, hadFiles }),
  })
}

// Whoever has named another package manager need not be told.
function managerNotes({ packageManager }: CreateGiven): string[] {
  const detected = detectPackageManager()
  return packageManager === detected.packageManager && detected.note ? [detected.note] : []
}

async function gitStep(
  { git }: CreateGiven,
  { folder, hadFiles }: { folder: string; hadFiles: boolean },
) {
  if (!git) return { note: 'Git: no repository, as you said.' }
  // Not ours to commit.
  if (hadFiles) return { note: 'Git: left to you, as the folder held files before.' }
  const { result, failed } = await makeRepository(folder)
  return { note: `Git: ${result}.`, failed }
}

function notesOf(
  { store, lifetime, maxLifetime, dryRun }: CreateGiven,
  { folder, changes, milliseconds }: Created,
  { place, isSafe }: { place: Place; isSafe: boolean },
): string[] {
  const { description = '' } = listStores(place.template).find(({ name }) => name === store) ?? {}
  const isOurs = changes.some(({ path, kind }) => path === '.env' && kind !== 'keep')
  const env = join(relative(process.cwd(), folder), '.env')
  return [
    `Sessions live ${description.replace(/^I/, 'i')}.`,
    `Sessions end after ${lifetime} without use, ${maxLifetime} in all.`,
    ...(isOurs
      ? [`Secrets: ${env}, readable by you only${isSafe ? ' and never committed' : ''}.`]
      : []),
    ...(dryRun ? [] : [`Made in ${milliseconds} ms.`]),
  ]
}
