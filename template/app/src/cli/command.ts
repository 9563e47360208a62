import { parseArgs } from 'node:util'

/** What was said to a command: a word, options with a text, and those without one. */
export interface Said {
  word: string
  text: Partial<Record<string, string>>
  flags: Set<string>
}

/** How a command ended: a sentence for people, and data for programs. */
export interface Outcome {
  message: string
  data: object
  /** 0 unless said; 3 where nobody and nothing was there to do it to. */
  exitCode?: number
}

/** Opens what commands work on; `inMemory` also where no other process sees it. */
export type Open<Context> = (options?: { inMemory?: boolean }) => Promise<Context>

/** One command; `open` opens what it works on. */
export interface Command<Context> {
  /** What it does, in a line. */
  about: string
  /** What the one word is that it needs, such as `handle`. */
  takes?: string
  /** How its options are written. */
  usage?: string
  options?: Record<string, { type: 'string' | 'boolean' }>
  /** Whether standard output is what it is for, so that --json goes to standard error. */
  ownsOutput?: boolean
  run(said: Said, open: Open<Context>): Promise<Outcome>
}

type Commands<Context> = Record<string, Command<Context>>

/** The error of a command that was asked wrongly: it is said before the usage. */
export function wrongUse(message: string): Error {
  return Object.assign(new Error(message), { exitCode: 2 })
}

const everyMs = 200
let nextAt = 0
let isShown = false

/** Says how far long work is, on one line of a terminal; says nothing where no person looks. */
export function showProgress(text: string): void {
  if (!process.stderr.isTTY || Date.now() < nextAt) return
  nextAt = Date.now() + everyMs
  isShown = true
  process.stderr.write(`\r${text}\u001b[K`)
}

function clearProgress() {
  if (isShown) process.stderr.write('\r\u001b[K')
  isShown = false
  nextAt = 0
}

/** Runs the command that `args` name and sets the exit code; `explain` makes what went wrong fit for people. */
export async function runCommand<Context>(
  program: string,
  commands: Commands<Context>,
  args: string[],
  { open, explain }: { open: Open<Context>; explain(error: unknown): string },
): Promise<void> {
  const isJson = args.includes('--json')
  const named = args.find((each) => Object.hasOwn(commands, each))
  const usage = describeUsage(program, commands, named)
  let asked: ReturnType<typeof parse<Context>> | undefined
  /** For programs; not into what the command itself writes. */
  function printJson(result: object) {
    const command = asked?.command ?? (named === undefined ? undefined : commands[named])
    const print = command?.ownsOutput ? console.error : console.log
    print(JSON.stringify(result))
  }
  try {
    asked = parse(commands, args)
    if (!asked) return console.log(usage)
    const { command, said } = asked
    const { message, data, exitCode = 0 } = await command.run(said, open)
    clearProgress()
    const result = exitCode === 0 ? data : { error: message, exitCode, ...data }
    if (isJson) printJson(result)
    else console.error(message)
    process.exitCode = exitCode
  } catch (error) {
    clearProgress()
    const { exitCode = 1, message } = error as Error & { exitCode?: number }
    const text = 'exitCode' in (error as Error) ? message : explain(error)
    if (isJson) printJson({ error: text, exitCode })
    else console.error(exitCode === 2 ? `${text}\n\n${usage}` : text)
    process.exitCode = exitCode
  }
}

const common = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const

/** What is asked for; null where it is the usage. Throws, and says what is wrong. */
function parse<Context>(commands: Commands<Context>, args: string[]) {
  const options = Object.assign({}, ...Object.values(commands).map((each) => each.options), common)
  const { values, positionals } = read(args, options)
  if (values.help) return null
  const [name, word, ...surplus] = positionals
  if (name === undefined) throw wrongUse('Say which command')
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) throw wrongUse(`There is no command "${name}"`)
  const allowed = Object.keys({ ...command.options, ...common })
  const other = Object.keys(values).find((each) => !allowed.includes(each))
  if (other) throw wrongUse(`"${name}" has no option --${other}`)
  if (command.takes && !word) throw wrongUse(`Say which ${command.takes}`)
  const tooMuch = command.takes ? surplus[0] : word
  if (tooMuch !== undefined) throw wrongUse(`"${tooMuch}" is one word too many`)
  const said: Said = { word: word ?? '', text: {}, flags: new Set() }
  for (const [option, value] of Object.entries(values)) {
    if (typeof value === 'string') said.text[option] = value
    else said.flags.add(option)
  }
  return { command, said }
}

function read(args: string[], options: Record<string, { type: 'string' | 'boolean' }>) {
  try {
    return parseArgs({ args, options, allowPositionals: true })
  } catch (error) {
    const [first = ''] = (error as Error).message.split(/\. |\n/)
    throw wrongUse(first)
  }
}

function describeUsage<Context>(
  program: string,
  commands: Commands<Context>,
  named: string | undefined,
): string {
  const shown = Object.entries(commands).filter(([name]) => named === undefined || name === named)
  const lines = shown.map(([name, { about, takes, usage }]) => {
    const call = [name, takes && `<${takes}>`, usage].filter(Boolean).join(' ')
    return call.length > 30
      ? `  ${call}\n${' '.repeat(34)}${about}`
      : `  ${call.padEnd(32)}${about}`
  })
  return `npm run ${program} -- <command>

${lines.join('\n')}

Each takes --json, for one JSON object on standard output, and --help.
Exit codes: 0 done, 1 not done, 2 asked wrongly, 3 there is nobody and nothing to do it to.`
}
