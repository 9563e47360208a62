import { parseArgs } from 'node:util'
import { nearestWord } from '../generators/nearest.ts'
import { quote, Refusal } from '../generators/refusal.ts'
import { flagOf, type Option, type Said } from './options.ts'

type Token = ReturnType<typeof parse>[number]
type Flag = { option: Option; on: boolean }

/** What the arguments say; refuses what is unknown, said twice or contradictory. */
export function readArguments(args: string[], options: Option[]): Said {
  const flags = flagsOf(options)
  const said: Record<string, string | boolean> = {}
  const seen = new Map<string, string>()
  for (const token of parse(args, flags)) {
    if (token.kind === 'option-terminator') continue
    if (token.kind === 'positional') {
      if (said.dir !== undefined) {
        throw new Refusal(
          `unexpected argument ${quote(token.value)} after the directory ${quote(`${said.dir}`)}: give one directory, and flags for the rest`,
        )
      }
      said.dir = token.value
      continue
    }
    const flag = flags.get(token.name)
    if (!flag) throw unknownFlag(token.rawName, [...flags.keys()])
    const { name } = flag.option
    const before = seen.get(name)
    if (before) throw saidTwice(before, token.rawName, flag)
    seen.set(name, token.rawName)
    said[name] = readValue(token, flag)
  }
  return said
}

/** The words among the arguments that are no flags, nor values of one, with their places. */
export function positionalsOf(args: string[], options: Option[]) {
  const tokens = parse(args, flagsOf(options))
  return tokens.flatMap((token) => (token.kind === 'positional' ? [token] : []))
}

/** The flags among the arguments as they stand, with the option of each that is known. */
export function readTokens(args: string[], options: Option[]) {
  const flags = flagsOf(options)
  return parse(args, flags).flatMap((token) => {
    if (token.kind !== 'option') return []
    const flag = flags.get(token.name)
    const value = flag?.option.value ? token.value : flag?.on
    return [{ option: flag?.option, rawName: token.rawName, value }]
  })
}

function flagsOf(options: Option[]): Map<string, Flag> {
  return new Map(options.filter(({ name }) => name !== 'dir').flatMap(flagForms))
}

function flagForms(option: Option): [string, Flag][] {
  const forms: [string, Flag][] = [[flagOf(option).slice(2), { option, on: true }]]
  if (option.negatable) forms.push([flagOf(option, false).slice(2), { option, on: false }])
  return forms
}

// Not strict, as the messages of parseArgs take several lines and do not say what was meant.
function parse(args: string[], flags: Map<string, Flag>) {
  const declared = [...flags].map(([name, { option }]) => {
    const type = option.value ? ('string' as const) : ('boolean' as const)
    return [name, { type, ...(option.short && { short: option.short }) }]
  })
  const options = Object.fromEntries(declared)
  return parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true }).tokens
}

function readValue(token: Extract<Token, { kind: 'option' }>, { option, on }: Flag) {
  const { rawName, value, inlineValue } = token
  if (!option.value) {
    if (inlineValue) throw new Refusal(`${rawName} is a switch and takes no value: leave it out`)
    return on
  }
  if (!value || (!inlineValue && value.startsWith('-'))) {
    throw new Refusal(`${rawName} needs a value: ${flagOf(option)} ${option.value}`)
  }
  return value
}

function unknownFlag(flag: string, known: string[]): Refusal {
  if (/^(-f|--force)$/.test(flag)) {
    return new Refusal(`unknown flag ${quote(flag)}: did you mean --on-conflict overwrite?`)
  }
  const meant = nearestWord(flag.replace(/^-+/, ''), known)
  const hint = meant ? `did you mean --${meant}?` : '--help lists them all'
  return new Refusal(`unknown flag ${quote(flag)}: ${hint}`)
}

function saidTwice(before: string, now: string, { option }: Flag): Refusal {
  const negated = (flag: string) => flag.startsWith('--no-')
  return option.negatable && negated(before) !== negated(now)
    ? new Refusal(`${before} and ${now} contradict each other: say one of them`)
    : new Refusal(`${now} is said twice: say it once`)
}
