import { styleText } from 'node:util'
import { keptByNpm } from './npm-flags.ts'
import { commonOptions, flagOf, lettersWithValue, tokenize } from './options.ts'

/** Where a run prints, and how much. */
export interface Output {
  json: boolean
  quiet: boolean
  /** Where people read: standard error when standard output is for a program. */
  stream: NodeJS.WriteStream
  /** Prints what is nice to know. */
  info: (text: string) => void
  /** Prints what is to be seen in any case; nothing where that is empty. */
  always: (text: string) => void
}

/** The output that the arguments ask for, found before anything is checked, as errors need it too. */
export function findOutput(args: string[]): Output {
  const flags = tokenize(args.map(withoutValue), commonOptions).map((token) => {
    return token.kind === 'option' && token.option ? flagOf(token.option, token.on) : ''
  })
  if (flags.includes('--no-color')) {
    // For what paints in packages of others, too.
    delete process.env.FORCE_COLOR
    process.env.NO_COLOR = '1'
  }
  const json = flags.includes('--json') || keptByNpm('json') === 'true'
  const stream = json ? process.stderr : process.stdout
  const quiet = flags.includes('--quiet')
  const always = (text: string) => void (text && stream.write(`${text}\n`))
  return { json, quiet, stream, info: quiet ? () => {} : always, always }
}

const valueBehindLetter = new RegExp(`^(-\\w*?[${lettersWithValue.join('')}]).+`, 's')

// The q of -ssqlite is a part of its value.
const withoutValue = (arg: string) => arg.replace(valueBehindLetter, '$1')

/** Whether there is somebody to ask. */
export function isTerminal({ json }: Pick<Output, 'json'>): boolean {
  const isCi = !/^(0|false)?$/.test(process.env.CI ?? '')
  return !json && !isCi && process.stdin.isTTY && process.stdout.isTTY
}

/** Prints an error in one line. */
export function printError(message: string): void {
  console.error(`${paint('red', 'create-sess-app:', process.stderr)} ${message}`)
}

/** Text in colour or weight, where that goes to a terminal, or FORCE_COLOR is set, and no NO_COLOR. */
export function paint(
  format: Parameters<typeof styleText>[0],
  text: string,
  stream: { isTTY?: boolean } = process.stdout,
): string {
  return isPainted(stream) ? styleText(format, text, { validateStream: false }) : text
}

function isPainted({ isTTY = false }: { isTTY?: boolean }): boolean {
  const { FORCE_COLOR: force, NO_COLOR: no, TERM: terminal } = process.env
  if (force !== undefined) return force !== '0' && force !== 'false'
  return isTTY && !no && terminal !== 'dumb'
}

/** Lines of columns, each as wide as it has to be. */
export function alignColumns(rows: string[][]): string {
  const widths = rows[0]?.map((_cell, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)))
  const lines = rows.map((row) => row.map((cell, at) => cell.padEnd(widths?.[at] ?? 0)).join('  '))
  return lines.map((line) => line.trimEnd()).join('\n')
}

/** An address that a terminal lets one click, underlined there. */
export function link(address: string): string {
  if (!isPainted(process.stdout)) return address
  return `\u001b]8;;${address}\u0007${paint('underline', address)}\u001b]8;;\u0007`
}

const signals = ['SIGINT', 'SIGTERM'] as const
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

/** Shows that work goes on, with a spinner and the seconds at a terminal, until the function that it returns ends that and says how long it was. */
export function showProgress(output: Output, doing: string): () => string {
  const started = performance.now()
  const seconds = () => `${Math.round((performance.now() - started) / 1000)} s`
  if (!isTerminal(output) || output.quiet) {
    output.info(`${doing} ...`)
    return seconds
  }
  // Not clack's spinner: it takes the keyboard, and ends with 0 on a Ctrl-C or an Esc.
  let turn = 0
  const clear = () => output.stream.write(`\r${' '.repeat(doing.length + 15)}\r`)
  const draw = () =>
    output.stream.write(`\r${frames[turn++ % frames.length]} ${doing} ... ${seconds()}`)
  draw()
  const timer = setInterval(draw, 100)
  // The first to hear of it, so that what is said of an interruption has a line of its own.
  for (const signal of signals) process.prependListener(signal, clear)
  return () => {
    clearInterval(timer)
    for (const signal of signals) process.removeListener(signal, clear)
    clear()
    return seconds()
  }
}
