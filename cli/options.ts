import { type AppAnswers, appQuestions, type Question } from '../generators/questions.ts'
import type { Tree } from '../generators/tree.ts'

/** What was said on the command line, or answered to a question. */
export interface Said extends Partial<Omit<AppAnswers, 'password' | 'nodePackage'>> {
  secretFile?: string
  install?: boolean
  git?: boolean
  yes?: boolean
  listStores?: boolean
  help?: boolean
  version?: boolean
}

/** An option of the command: help, parsing and questions are all made from these. */
export interface Option extends Omit<Question, 'name' | 'usual'> {
  name: keyof Said
  /** What is taken when nothing is said; only an option that has it is asked about. */
  usual?: string | boolean
  short?: string
  /** What stands for the value in the help; a flag without it is a switch. */
  value?: string
  /** A switch that also has a `--no-` form. */
  negatable?: boolean
}

const flags: Record<Question['name'], Partial<Option>> = {
  dir: { value: '[dir]' },
  store: { value: '<name>', short: 's' },
  lifetime: { value: '<time>' },
  maxLifetime: { value: '<time>' },
  permanent: { negatable: true },
}

/** Every option, for an app below `cwd`; `dir` is the one without a flag. */
export function commandOptions(template: Tree, cwd: string): Option[] {
  return [
    ...appQuestions(template, cwd).map((question) => ({ ...question, ...flags[question.name] })),
    { name: 'install', negatable: true, usual: true, message: 'Install the dependencies with npm' },
    { name: 'git', negatable: true, usual: true, message: 'Make a git repository and commit' },
    {
      name: 'secret',
      value: '<text>',
      message: 'Sign cookies with this instead of a random secret',
    },
    {
      name: 'secretFile',
      value: '<file>',
      message: 'The same, from a file: no trace in the history',
    },
    {
      name: 'yes',
      short: 'y',
      message: 'Ask nothing: take what is usual for all that was not said',
    },
    { name: 'listStores', message: 'List the stores' },
    { name: 'help', short: 'h', message: 'Show this' },
    { name: 'version', short: 'v', message: 'Show the version' },
  ]
}

/** An option as it is typed, such as `--max-lifetime`; the negative form of a switch on demand. */
export function flagOf({ name }: Pick<Option, 'name'>, value: string | boolean = true): string {
  const words = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  return value === false ? `--no-${words}` : `--${words}`
}
