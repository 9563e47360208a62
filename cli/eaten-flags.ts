import { Refusal } from '../generators/refusal.ts'
import { positionalsOf, readTokens } from './arguments.ts'
import { flagOf, type Option } from './options.ts'
import { shellWord } from './shell-word.ts'

/** A flag that npm took for itself, as it does when `--` is missing before the flags. */
interface Eaten {
  option: Option
  /** Undefined where its value is among the words that are left, or lost. */
  value: string | boolean | undefined
}

// npm has its own use for these, or tells everybody of them.
const itsOwn = new Set(['dir', 'color', 'yes', 'quiet', 'help', 'version'])

/** The arguments with the flags that `npm create` kept for itself; throws, with the command to type, where it is not certain what was meant. */
export function recoverEaten(
  args: string[],
  {
    command,
    options,
    env = process.env,
  }: { command: { name: string }; options: Option[]; env?: NodeJS.ProcessEnv },
): { args: string[]; warnings: string[] } {
  const here = new Set(readTokens(args, options).map(({ option }) => option?.name))
  const isOneTooMany = positionalsOf(args, options).length === 2
  const eaten = options.flatMap((option): Eaten[] => {
    if (itsOwn.has(option.name) || here.has(option.name)) return []
    const kept =
      keptByNpm(flagOf(option).slice(2), env) ?? (isOneTooMany ? keptShort(option, env) : undefined)
    if (kept === undefined) return []
    if (option.value) return [{ option, value: /^(true)?$|\n/.test(kept) ? undefined : kept }]
    if (kept === 'true') return [{ option, value: true }]
    // npm hands on a --no-git as false or as nothing.
    return option.negatable && /^(false)?$/.test(kept) ? [{ option, value: false }] : []
  })
  if (eaten.length === 0) return { args, warnings: [] }
  const guess = fillIn(eaten, args, options)
  const names = eaten.map(({ option, value }) => flagOf(option, value ?? true)).join(', ')
  const typed = commandLine(guess, { command, options })
  if (!guess.isCertain) {
    throw new Refusal(
      `npm took ${names} for its own, as -- is missing before the flags. Type: ${typed}`,
    )
  }
  const flags = guess.eaten.map(({ option, value }) =>
    typeof value === 'string' ? `${flagOf(option)}=${value}` : flagOf(option, value ?? true),
  )
  const end = guess.args.indexOf('--')
  return {
    args: guess.args.toSpliced(end < 0 ? guess.args.length : end, 0, ...flags),
    warnings: [`npm took ${names} for its own, and we took it from there. Better type: ${typed}`],
  }
}

/** What npm kept of a flag with this name when it ran us; undefined when it did not. */
export function keptByNpm(name: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  // Run by a script of a package.json, we would see the flags of whoever ran that one.
  const isOurs = env.npm_command === undefined || /^(exec|init)$/.test(env.npm_command)
  return isOurs ? env[`npm_config_${name.replaceAll('-', '_')}`] : undefined
}

// Its own -s and -p are these, and leave the word behind them where it is.
const shorts: Record<string, [string, string]> = {
  s: ['loglevel', 'silent'],
  p: ['parseable', 'true'],
}

function keptShort({ short = '' }: Option, env: NodeJS.ProcessEnv): string | undefined {
  const [name, value] = shorts[short] ?? []
  return name && keptByNpm(name, env) === value ? 'true' : undefined
}

interface Guess {
  args: string[]
  eaten: Eaten[]
  isCertain: boolean
}

// The word after `--store` is still there, as one directory too many.
function fillIn(eaten: Eaten[], args: string[], options: Option[]): Guess {
  const words = positionalsOf(args, options)
  const lacking = eaten.filter(({ value }) => value === undefined)
  const left = [...words]
  const found = lacking.map(({ option }) => {
    const fitting = left.filter(({ value }) => fits(option, value))
    const word = fitting.at(-1)
    if (word) left.splice(left.indexOf(word), 1)
    return { option, word, others: fitting.filter(({ value }) => value !== word?.value) }
  })
  const isOneTooMany = words.length === 2 && lacking.length === 1
  const isClear = isOneTooMany && found.every(({ word, others }) => word && others.length === 0)
  const taken = new Set(found.map(({ word }) => word?.index))
  return {
    args: args.filter((_arg, index) => !taken.has(index)),
    eaten: eaten.map(({ option, value }) => {
      const word = found.find((each) => each.option === option)?.word
      return { option, value: value ?? word?.value }
    }),
    isCertain: lacking.length === 0 || isClear,
  }
}

function fits({ check }: Option, value: string): boolean {
  if (!check) return false
  try {
    check(value, {})
    return true
  } catch {
    return false
  }
}

function commandLine(
  { args, eaten }: Guess,
  { command, options }: { command: { name: string }; options: Option[] },
): string {
  // Where a secret lost its value, any word may be that.
  const isLost = eaten.some(({ option, value }) => option.name === 'secret' && !value)
  const [dir] = isLost
    ? ['[dir]']
    : positionalsOf(args, options).map(({ value }) => shellWord(value))
  const said = readTokens(args, options).map(({ option, rawName, value }) =>
    option ? wordsOf(option, value ?? true) : rawName,
  )
  const words = [...(command.name ? [command.name] : []), ...(dir ? [dir] : [])]
  const flags = [...said, ...eaten.map(({ option, value }) => wordsOf(option, value))]
  return ['npm create sess-app', ...words, '--', ...flags].join(' ')
}

function wordsOf(option: Option, value: string | boolean | undefined): string {
  if (!option.value) return flagOf(option, value ?? true)
  const shown = typeof value === 'string' && option.name !== 'secret'
  return `${flagOf(option)} ${shown ? shellWord(value) : option.value}`
}
