import type { AppAnswers, Question } from '../generators/app/questions.ts'
import { conflictChoices } from '../generators/changes/changes.ts'
import { quote, Refusal } from '../generators/refusal.ts'
import { defaultStore } from '../generators/stores.ts'

/** What was said on the command line, or answered to a question. */
export interface Said extends Partial<Omit<AppAnswers, 'password' | 'nodePackage'>> {
  secretFile?: string
  install?: boolean
  git?: boolean
  yes?: boolean
  json?: boolean
  quiet?: boolean
  color?: boolean
  listStores?: boolean
  help?: boolean
  version?: boolean
}

/** An option of a command: help, parsing and questions are all made from these. */
export interface Option extends Omit<Question, 'name' | 'usual'> {
  name: keyof Said
  /** What is taken when nothing is said. */
  usual?: string | boolean
  /** Where the cursor stands when it is asked, where nothing is usual. */
  suggested?: string
  /** Whether a run needs to know it, so that it is asked about at a terminal; with a function, after which answers. */
  asked?: boolean | ((said: Said) => boolean)
  /** How it is put at a terminal, where that is not as in the help. */
  prompt?: Pick<Question, 'message' | 'choices'>
  /** Asked before it is offered to take what is usual for all the rest. */
  first?: boolean
  /** Asked before all others, as soon as it is asked at all. */
  urgent?: boolean
  short?: string
  /** What stands for the value in the help; a flag without it is a switch. */
  value?: string
  /** A switch that also has a `--no-` form. */
  negatable?: boolean
}

const forms: Partial<Record<string, Partial<Option>>> = {
  dir: { value: '[dir]', first: true },
  store: { value: '<name>', short: 's', first: true, suggested: defaultStore },
  minimal: { negatable: true },
  lifetime: { value: '<time>' },
  maxLifetime: { value: '<time>' },
  permanent: { negatable: true },
  packageManager: { value: '<name>', short: 'p' },
}

/** The questions of a generator as options of a command; `dir` is the one without a flag. */
export function questionOptions(
  questions: (Omit<Question, 'usual'> & { usual?: string | boolean })[],
): Option[] {
  return questions.map((question) => {
    // Whoever names no folder means the one that they are in, where it has to be there.
    const isHere = question.name === 'dir' && question.usual === '.'
    return { ...question, ...forms[question.name], asked: !isHere }
  })
}

/** Whether what was written is installed at once. */
export const installOption: Option = {
  name: 'install',
  asked: true,
  negatable: true,
  usual: true,
  message: 'Install the dependencies',
}

/** How files that are there are treated. */
export const conflictOption: Option = {
  name: 'onConflict',
  value: '<way>',
  usual: 'error',
  message: 'Files that are there and differ: error, skip, merge or overwrite',
  choices: conflictChoices,
  check: checkWay,
}

/** What every command that writes files has besides: whether it does, and how it speaks. */
export const commonOptions: Option[] = [
  { name: 'dryRun', short: 'n', message: 'Show what would be written, and write nothing' },
  { name: 'yes', short: 'y', message: 'Ask nothing: take what is usual for all that was not said' },
  { name: 'json', message: 'Print one JSON object, with all else on standard error; ask nothing' },
  { name: 'quiet', short: 'q', message: 'Print errors only, and a password that is shown once' },
  { name: 'color', negatable: true, usual: true, message: 'Print in colour at a terminal' },
  { name: 'listStores', message: 'List the stores' },
  { name: 'help', short: 'h', message: 'Show this' },
  { name: 'version', short: 'v', message: 'Show the version' },
]

function checkWay(way: string): void {
  const ways = conflictChoices.map(({ name }) => name)
  if (ways.some((name) => name === way)) return
  throw new Refusal(`${quote(way)} is no way to treat files: choose one of ${ways.join(', ')}`)
}

/** An option as it is typed, such as `--max-lifetime`; the negative form of a switch on demand. */
export function flagOf({ name }: Pick<Option, 'name'>, value: string | boolean = true): string {
  const words = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  return value === false ? `--no-${words}` : `--${words}`
}
