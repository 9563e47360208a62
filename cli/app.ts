import { resolve } from 'node:path'
import { appQuestions } from '../generators/app/questions.ts'
import { conflictChoices, holdsFiles, type OnConflict } from '../generators/changes/changes.ts'
import { givenSecret } from './answers.ts'
import type { Command } from './command.ts'
import { makeApp } from './make-app.ts'
import {
  commonOptions,
  conflictOption,
  installOption,
  type Option,
  questionOptions,
} from './options.ts'

/** Makes an app. */
export const appCommand: Command = {
  name: '',
  about: 'an Express 5 app with server-side sessions',
  options: (template, cwd) => [
    ...questionOptions(appQuestions(template, cwd)),
    installOption,
    gitOption,
    ...secretOptions,
    conflictIn(cwd),
    ...commonOptions,
  ],
  prepare: async (said) => {
    const secret = await givenSecret(said)
    return secret === undefined ? said : { ...said, secret }
  },
  run: makeApp,
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
  usual: true,
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
