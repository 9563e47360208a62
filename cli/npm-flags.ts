import { InputError, problemWith } from '../generators/input-error.ts'
import { shellWord } from '../generators/template/next-steps.ts'
import { flagOf, type Option, tokenize, typed, usageOf } from './options.ts'

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
  const here = new Set(tokens.map((token) => token.kind === 'option' && token.option?.name))
  const words = tokens.flatMap((token) => (token.kind === 'positional' ? token.value : []))
  const taken = new Map<Option, string | boolean>()
  for (const option of options) {
    if (itsOwn.has(option.name) || here.has(option.name)) continue
    const long = keptByNpm(flagOf(option).slice(2), env)
    const value = readKept(option, long ?? (words.length === 2 ? keptShort(option, env) : long))
    if (value !== undefined) taken.set(option, value)
  }
  if (taken.size === 0) return
  const names = [...taken].map(([option, value]) => flagOf(option, value)).join(', ')
  const given = tokens.flatMap((token) => {
    if (token.kind === 'positional') return []
    const { option, rawName, value = '', on = true } = token
    return option ? wordsOf(option, option.value ? value : on) : rawName
  })
  const found = [...taken].map(([option, value]) => {
    // The word after `--store` is still there, as one directory too many.
    const at = value === '' ? words.findLastIndex((word) => fits(option, word)) : -1
    return wordsOf(option, at < 0 ? value : (words.splice(at, 1)[0] ?? ''))
  })
  // Where a secret lost its value, any word may be that.
  const isLost = [...taken].some(([{ name }, value]) => name === 'secret' && value === '')
  const dir = isLost ? ['[dir]'] : words.slice(0, 1).map(shellWord)
  const typed = [...(command.name ? [command.name] : []), ...dir, '--', ...given, ...found]
  throw new InputError(
    `npm took ${names} for its own, as -- is missing before the flags. Type: npm create sess-app ${typed.join(' ')}`,
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

/** The value in what npm kept; empty where it is among the words that are left, or lost. */
function readKept(option: Option, kept: string | undefined): string | boolean | undefined {
  if (kept === undefined) return undefined
  if (option.value) return /^(true)?$|\n/.test(kept) ? '' : kept
  if (kept === 'true') return true
  // npm hands on a --no-git as false or as nothing.
  return option.negatable && /^(false)?$/.test(kept) ? false : undefined
}

function fits({ check }: Option, value: string): boolean {
  return check !== undefined && problemWith(() => check(value, {})) === undefined
}

// A secret is not shown, and what is lost has to be said again.
function wordsOf(option: Option, value: string | boolean): string {
  return value === '' || option.name === 'secret' ? usageOf(option) : typed(option, value)
}
