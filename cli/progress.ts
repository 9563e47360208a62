import { isTerminal } from './settle.ts'
import type { Voice } from './voice.ts'

const signals = ['SIGINT', 'SIGTERM'] as const
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

/** Waits for work and shows that it goes on: with a turning sign and the seconds at a terminal, in two lines elsewhere. */
export async function withProgress<Result>(
  { voice, doing, done }: { voice: Voice; doing: string; done: (result: Result) => string },
  work: () => Promise<Result>,
): Promise<Result> {
  const started = performance.now()
  const seconds = () => `${Math.round((performance.now() - started) / 1000)} s`
  const stop = isTerminal(voice) && !voice.quiet ? spin(voice, doing, seconds) : undefined
  if (!stop) voice.say(`${doing} ...`)
  try {
    const result = await work()
    stop?.()
    voice.say(`${done(result)} (${seconds()})`)
    return result
  } catch (error) {
    stop?.()
    throw error
  }
}

// Not clack's spinner: it takes the keyboard, and ends with 0 on a Ctrl-C or an Esc.
function spin({ stream }: Voice, doing: string, seconds: () => string): () => void {
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
