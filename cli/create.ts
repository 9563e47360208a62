import { join, relative, resolve } from 'node:path'
import { createGenerator } from '../generators/create.ts'
import { conflictWays, holdsFiles, type OnConflict } from '../generators/files/plan.ts'
import { runGenerator } from '../generators/plop.ts'
import { shellWord } from '../generators/template/next-steps.ts'
import { commandFor } from '../generators/template/record.ts'
import { finish, rerunFlags } from './finish.ts'
import { isTracked, makeRepository } from './git.ts'
import {
  type Command,
  conflictOption,
  type Option,
  type Order,
  optionsFor,
  type Resolved,
} from './options.ts'
import type { Outcome } from './report.ts'
import { warnOfApp, warnOfCommits, warnOfWorkspace } from './warnings.ts'

/** Makes an app, installs and commits it. */
export const createCommand: Command = {
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
    asked: ({ dir, dryRun }) => dir !== undefined && !dryRun && holdsFiles(resolve(cwd, dir)),
    question: 'It holds files: what is to become of those that differ',
    choices: conflictWays.map((name) => ({ name, description: words[name] })),
  }
}

type CreateGiven = Resolved<
  'dir' | 'store' | 'minimal' | 'lifetime' | 'maxLifetime' | 'permanent' | 'install' | 'git'
>

async function createApp(order: Order): Promise<Outcome> {
  const given = order.given as CreateGiven
  const hadFiles = holdsFiles(resolve(order.place.cwd, given.dir))
  const created = await runGenerator(createGenerator, given, order.place)
  const { folder, changes, manager, name, notes, warnings } = created
  const tracked = hadFiles && (await isTracked(folder, '.env'))
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
    command: commandFor({ ...given, name }, shellWord(given.dir), rerunFlags(given)),
    afterInstall: async () => {
      if (!given.git) return { note: 'Git: no repository, as you said.' }
      // Not ours to commit.
      if (hadFiles) return { note: 'Git: left to you, as the folder held files before.' }
      return makeRepository(folder)
    },
  })
}
