import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import { spawn } from '@lydell/node-pty'

const patienceMs = 60_000

/** The keys that have no letter. */
export const keys = {
  enter: '\r',
  up: '\u001b[A',
  down: '\u001b[B',
  escape: '\u001b',
  stop: '\u0003',
  end: '\u0004',
}

/** The command of this repository at a pseudo-terminal. */
export interface Terminal {
  /** All that was printed. */
  raw: () => string
  /** The same, without what moves the cursor and paints. */
  text: () => string
  /** Waits until something is printed that was not there when something was last waited for. */
  sees: (pattern: RegExp) => Promise<void>
  type: (keys: string) => void
  /** Resolves to the exit code. */
  ended: Promise<number>
}

const main = join(import.meta.dirname, '../../cli/main.ts')

/** Runs the command from its source, or another program of Node, at a terminal of 100 columns, where nobody says that it is CI. */
export function openTerminal(
  args: string[],
  { cwd, env = {}, program = main }: { cwd: string; env?: NodeJS.ProcessEnv; program?: string },
): Terminal {
  const { CI: _ci, NO_COLOR: _no, FORCE_COLOR: _force, ...inherited } = process.env
  const child = spawn(process.execPath, [program, ...args], {
    ...{ cwd, cols: 100, rows: 50, name: env.TERM ?? 'xterm-256color' },
    env: { ...inherited, ...env },
  })
  let raw = ''
  let seen = 0
  let code: number | undefined
  child.onData((data) => {
    raw += data
  })
  const ended = new Promise<number>((resolve) => {
    child.onExit(({ exitCode }) => {
      code = exitCode
      resolve(exitCode)
    })
  })
  const sees = async (pattern: RegExp) => {
    const deadline = Date.now() + patienceMs
    for (;;) {
      const text = stripVTControlCharacters(raw.slice(seen))
      if (pattern.test(text)) break
      if (code !== undefined || Date.now() > deadline) {
        child.kill()
        throw new Error(`${pattern} is not in what was printed (exit ${code}):\n${text}`)
      }
      await setTimeout(20)
    }
    seen = raw.length
  }
  return {
    raw: () => raw,
    text: () => stripVTControlCharacters(raw),
    sees,
    type: (text) => child.write(text),
    ended,
  }
}

/** The command that a run says does the same again, as its arguments. */
export function commandIn(terminal: Terminal): string[] {
  const [, words = ''] = /: npx create-sess-app@\S+ ([^\r\n]+)/.exec(terminal.text()) ?? []
  return words.trim().split(/\s+/)
}
