import { parseArgs } from 'node:util'
import type { CreateAnswers } from '../generators/create.ts'
import { conflictWays } from '../generators/files/plan.ts'
import type { Place, Question } from '../generators/generator.ts'
import { InputError, nearestWord, quote } from '../generators/input-error.ts'
import { folderWord, shellWord } from '../generators/template/next-steps.ts'
import packageJson from '../package.json' with { type: 'json' }
import type { Output } from './output.ts'
import type { Outcome } from './report.ts'

/** What was given on the command line, or answered to a question. */
export interface Given extends Partial<CreateAnswers> {
  secretFile?: string
  tsconfig?: boolean
  /** A package, as a file. */
  from?: string
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

/** What a command works from, once nothing is left to ask. */
export type Resolved = Given & Required<Pick<Given, 'dir' | 'store' | 'install'>>

/** An option of a command: help, parsing and prompts are all made from these. */
export interface Option extends Omit<Question<Resolved>, 'name'> {
  name: keyof Given
  /** Whether a run needs to know it, so that it is asked at a terminal; with a function, after which answers. */
  asked?: boolean | ((given: Given) => boolean)
  /** How it is asked at a terminal, where that is not as in the help. */
  question?: string
  /** Asked before it is offered to take the defaults for all the rest. */
  first?: boolean
  /** Asked before all others, as soon as it is asked at all. */
  urgent?: boolean
  short?: string
  /** What stands for the value in the help; a flag without it is a switch. */
  value?: string
  /** A switch that also has a `--no-` form. */
  negatable?: boolean
}

/** One thing that we can be told to do: its options, and how it is done. */
export interface Command {
  /** The first word of the arguments; the command that makes an app has none. */
  name: string
  description: string
  /** Its options, `dir` included, in a folder. */
  options: (place: Place) => Option[]
  /** What to know before it changes anything, if there is something. */
  announce?: (given: Given, place: Place) => Promise<string | undefined>
  /** Does it; throws an InputError where that cannot be, and leaves nothing behind then. */
  run: (order: Order) => Promise<Outcome>
}

/** What a command is run with. */
export interface Order {
  given: Resolved
  /** What does the same again, as it is typed. */
  command: string
  place: Place
  output: Output
}

const forms: Partial<Record<string, Partial<Option>>> = {
  dir: { value: '[dir]', first: true },
  store: { value: '<name>', short: 's', first: true },
  minimal: { negatable: true },
  lifetime: { value: '<time>' },
  maxLifetime: { value: '<time>' },
  permanent: { negatable: true },
  packageManager: { value: '<name>', short: 'p' },
}

/** The letters that take a value, so that no letter of a flag is behind them in one word, such as -ssqlite. */
export const lettersWithValue = Object.values(forms).flatMap(
  (form) => (form?.value && form.short) || [],
)

/** The options of a command that asks the questions of a generator, and its own; `dir` is the one without a flag. */
export function optionsFor(questions: Question<Resolved>[], own: Option[]): Option[] {
  const asked = questions.map((question): Option => {
    // Whoever names no folder means the one that they are in, where it has to be there.
    const isHere = question.name === 'dir' && question.default === '.'
    const name = question.name as keyof Given
    return { ...question, name, ...forms[name], asked: !isHere }
  })
  return [...asked, installOption, ...own, ...commonOptions]
}

const installOption: Option = {
  name: 'install',
  asked: true,
  negatable: true,
  default: true,
  message: 'Install the dependencies',
}

/** What every command can be told about how it runs and what it prints. */
export const commonOptions: Option[] = [
  { name: 'dryRun', short: 'n', message: 'Show what would be written, and write nothing' },
  { name: 'yes', short: 'y', message: 'Ask nothing: take the defaults for all that was not given' },
  { name: 'json', message: 'Print one JSON object, with all else on standard error; ask nothing' },
  { name: 'quiet', short: 'q', message: 'Print errors only, and a password that is shown once' },
  { name: 'color', negatable: true, default: true, message: 'Print in colour at a terminal' },
  { name: 'listStores', message: 'List the stores' },
  { name: 'help', short: 'h', message: 'Show this' },
  { name: 'version', short: 'v', message: 'Show the version' },
]

/** How files that are there are treated. */
export const conflictOption: Option = {
  name: 'onConflict',
  value: '<way>',
  default: 'error',
  message: 'Files that are there and differ: error, skip, merge or overwrite',
  check: (way) => {
    if (conflictWays.some((name) => name === way)) return
    const ways = conflictWays.join(', ')
    throw new InputError(`${quote(way)} is no way to treat files: choose one of ${ways}`)
  },
}

/** An option as it is typed, such as `--max-lifetime`; the negative form of a switch on demand. */
export function flagOf({ name }: Pick<Option, 'name'>, value: string | boolean = true): string {
  const words = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  return value === false ? `--no-${words}` : `--${words}`
}

/** An option with a value, as it is typed. */
export function typed(option: Option, value: string | boolean): string {
  if (typeof value === 'boolean') return flagOf(option, value)
  return `${flagOf(option)} ${shellWord(value)}`
}

/** An option as it is used, such as `--store <name>`; of a switch that is on, the form that turns it off. */
export function usageOf(option: Option): string {
  if (option.name === 'dir') return '[dir]'
  return [flagOf(option, option.default !== true), option.value ?? ''].join(' ').trim()
}

/** The flags of these options without their dashes, the negative forms of switches too. */
function flagsOf(options: Option[]): Map<string, { option: Option; on: boolean }> {
  const flags = new Map<string, { option: Option; on: boolean }>()
  for (const option of options) {
    if (option.name === 'dir') continue
    flags.set(flagOf(option).slice(2), { option, on: true })
    if (option.negatable) flags.set(flagOf(option, false).slice(2), { option, on: false })
  }
  return flags
}

/** What a run was given, as it is typed to do the same again: without a secret, and what is about what is printed. */
export function commandLine(given: Resolved, command: Command, options: Option[]): string {
  const words = options.flatMap((option) => {
    const value = given[option.name]
    if (option.name === 'dir' || option.name === 'secret' || commonOptions.includes(option))
      return []
    if (value === undefined || (value === option.default && option.asked !== true)) return []
    const isAsFlag = typeof value === 'boolean' && value === option.default
    return isAsFlag ? [] : typed(option, value)
  })
  const npx = `npx create-sess-app@${packageJson.version}`
  const all = [npx, command.name, folderWord(given.dir), ...words, '--yes']
  return all.filter((word) => word !== '').join(' ')
}

/** The arguments in their order, as these options divide them: words, and flags with their option where that is known. */
export function tokenize(args: string[], options: Option[]) {
  const flags = flagsOf(options)
  const config = [...flags].map(([name, { option }]) => {
    const type = option.value ? ('string' as const) : ('boolean' as const)
    return [name, { type, ...(option.short && { short: option.short }) }]
  })
  // Not strict, as the messages of parseArgs take several lines and do not say what was meant.
  const { tokens } = parseArgs({
    args,
    options: Object.fromEntries(config),
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  return tokens.flatMap((token) => {
    if (token.kind === 'option-terminator') return []
    return token.kind === 'option' ? { ...token, ...flags.get(token.name) } : token
  })
}

type Flag = Extract<ReturnType<typeof tokenize>[number], { kind: 'option' }>

/** What the arguments give; throws for what is unknown, given twice or contradictory. */
export function readArguments(args: string[], options: Option[]): Given {
  const given: Record<string, string | boolean> = {}
  const seen = new Map<string, string>()
  for (const token of tokenize(args, options)) {
    if (token.kind === 'positional') {
      if (given.dir !== undefined) {
        throw new InputError(
          `unexpected argument ${quote(token.value)} after the directory ${quote(`${given.dir}`)}: give one directory, and flags for the rest`,
        )
      }
      given.dir = token.value
      continue
    }
    const { option, rawName } = token
    if (!option) throw unknownFlag(rawName, options)
    const before = seen.get(option.name)
    if (before) throw givenTwice(before, rawName, option)
    seen.set(option.name, rawName)
    given[option.name] = readValue(token, option)
  }
  return given
}

function readValue({ rawName, value, inlineValue, on }: Flag, option: Option): string | boolean {
  if (!option.value) {
    if (inlineValue) throw new InputError(`${rawName} is a switch and takes no value: leave it out`)
    return on !== false
  }
  if (value && (inlineValue || !value.startsWith('-'))) return value
  throw new InputError(`${rawName} needs a value: ${usageOf(option)}`)
}

function unknownFlag(flag: string, options: Option[]): InputError {
  if (/^(-f|--force)$/.test(flag)) {
    return new InputError(`unknown flag ${quote(flag)}: did you mean --on-conflict overwrite?`)
  }
  const meant = nearestWord(flag.replace(/^-+/, ''), [...flagsOf(options).keys()])
  const hint = meant ? `did you mean --${meant}?` : '--help lists them all'
  return new InputError(`unknown flag ${quote(flag)}: ${hint}`)
}

function givenTwice(before: string, now: string, option: Option): InputError {
  const negated = (flag: string) => flag.startsWith('--no-')
  return option.negatable && negated(before) !== negated(now)
    ? new InputError(`${before} and ${now} contradict each other: say one of them`)
    : new InputError(`${now} is said twice: say it once`)
}
