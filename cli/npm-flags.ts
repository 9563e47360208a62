import { InputError, problemWith } from '../generators/input-error.ts'
import { shellWord } from '../generators/template/next-steps.ts'
import { flagOf, type Option, tokenize } from './options.ts'

/** A flag that npm took for itself; its value is undefined where it is among the words that are left, or lost. */
interface NpmFlag {
  option: Option
  value: string | boolean | undefined
}

// npm has its own use for these, or tells everybody of them.
const itsOwn = new Set(['dir', 'color', 'yes', 'quiet', 'help', 'version'])

/** Throws, with the command to type, for flags that `npm create` took for itself as `--` is missing before them. */
export function checkNpmFlags(
  args: string[],
  {
    command,
    options,
    env = process.env,
  }: { command: { name: string }; options: Option[]; env?: NodeJS.ProcessEnv },
): void {
  const tokens = tokenize(args, options)
  const here = new Set(tokens.map((token) => token.kind === 'flag' && token.option?.name))
  const isOneTooMany = tokens.filter(({ kind }) => kind === 'word').length === 2
  const taken = options.flatMap((option): NpmFlag[] => {
    if (itsOwn.has(option.name) || here.has(option.name)) return []
    const kept =
      keptByNpm(flagOf(option).slice(2), env) ?? (isOneTooMany ? keptShort(option, env) : undefined)
    if (kept === undefined) return []
    if (option.value) return [{ option, value: /^(true)?$|\n/.test(kept) ? undefined : kept }]
    if (kept === 'true') return [{ option, value: true }]
    // npm hands on a --no-git as false or as nothing.
    return option.negatable && /^(false)?$/.test(kept) ? [{ option, value: false }] : []
  })
  if (taken.length === 0) return
  const names = taken.map(({ option, value }) => flagOf(option, value ?? true)).join(', ')
  throw new InputError(
    `npm took ${names} for its own, as -- is missing before the flags. Type: ${commandLine(taken, args, { command, options })}`,
  )
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

function commandLine(
  taken: NpmFlag[],
  args: string[],
  { command, options }: { command: { name: string }; options: Option[] },
): string {
  const tokens = tokenize(args, options)
  // The word after `--store` is still there, as one directory too many.
  const words = tokens.flatMap((token) => (token.kind === 'word' ? [token.value] : []))
  const found = taken.map(({ option, value }) => {
    if (value !== undefined) return wordsOf(option, value)
    const at = words.findLastIndex((word) => fits(option, word))
    return wordsOf(option, at < 0 ? undefined : words.splice(at, 1)[0])
  })
  // Where a secret lost its value, any word may be that.
  const isLost = taken.some(({ option, value }) => option.name === 'secret' && !value)
  const [dir] = isLost ? ['[dir]'] : words.map(shellWord)
  const given = tokens.flatMap((token) => {
    if (token.kind === 'word') return []
    const { option, rawName, value, on } = token
    return option ? wordsOf(option, option.value ? (value ?? true) : on) : rawName
  })
  const name = command.name ? [command.name] : []
  return ['npm create sess-app', ...name, ...(dir ? [dir] : []), '--', ...given, ...found].join(' ')
}

function fits({ check }: Option, value: string): boolean {
  return check !== undefined && problemWith(() => check(value, {})) === undefined
}

function wordsOf(option: Option, value: string | boolean | undefined): string {
  if (!option.value) return flagOf(option, value ?? true)
  const shown = typeof value === 'string' && option.name !== 'secret'
  return `${flagOf(option)} ${shown ? shellWord(value) : option.value}`
}
