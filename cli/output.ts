import { styleText } from 'node:util'
import { keptByNpm } from './npm-flags.ts'

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
  const end = args.indexOf('--')
  const flags = end < 0 ? args : args.slice(0, end)
  if (flags.includes('--no-color')) {
    // For what paints in packages of others, too.
    delete process.env.FORCE_COLOR
    process.env.NO_COLOR = '1'
  }
  const json = flags.some((flag) => /^--json(=|$)/.test(flag)) || keptByNpm('json') === 'true'
  const stream = json ? process.stderr : process.stdout
  const always = (text: string) => void (text && stream.write(`${text}\n`))
  const output: Output = {
    json,
    quiet: flags.includes('--quiet') || flags.includes('-q'),
    stream,
    info: (text) => {
      if (!output.quiet) always(text)
    },
    always,
  }
  return output
}

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

/** An address that a terminal lets one click, underlined there. */
export function link(address: string): string {
  if (!isPainted(process.stdout)) return address
  return `\u001b]8;;${address}\u0007${paint('underline', address)}\u001b]8;;\u0007`
}

const signals = ['SIGINT', 'SIGTERM'] as const
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

/** Waits for work and shows that it goes on: with a spinner and the seconds at a terminal, in two lines elsewhere. */
export async function withProgress<Result>(
  { output, doing, done }: { output: Output; doing: string; done: (result: Result) => string },
  work: () => Promise<Result>,
): Promise<Result> {
  const started = performance.now()
  const seconds = () => `${Math.round((performance.now() - started) / 1000)} s`
  const isSpinning = isTerminal(output) && !output.quiet
  const stop = isSpinning ? spin(output, doing, seconds) : () => {}
  if (!isSpinning) output.info(`${doing} ...`)
  const result = await work().finally(stop)
  output.info(`${done(result)} (${seconds()})`)
  return result
}

// Not clack's spinner: it takes the keyboard, and ends with 0 on a Ctrl-C or an Esc.
function spin({ stream }: Output, doing: string, seconds: () => string): () => void {
  let turn = 0
  let width = 0
  const draw = () => {
    const line = `${frames[turn++ % frames.length]} ${doing} ... ${seconds()}`
    width = Math.max(width, line.length)
    stream.write(`\r${line.padEnd(width)}`)
  }
  draw()
  const timer = setInterval(draw, 100)
  const stop = () => {
    clearInterval(timer)
    for (const signal of signals) process.removeListener(signal, stop)
    stream.write(`\r${' '.repeat(width)}\r`)
  }
  // The first to hear of it, so that what is said of an interruption has a line of its own.
  for (const signal of signals) process.prependListener(signal, stop)
  return stop
}
