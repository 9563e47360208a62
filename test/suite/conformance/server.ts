import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Suite } from './suite.ts'

/** What a process of the app takes over from the process of the tests: it starts in half the time with a cache of what was compiled. */
export const inherited = {
  PATH: process.env.PATH,
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
}

/** Starts a file of `src/` as a process of its own, until the test ends. */
export function startProcess(
  test: TestContext,
  file: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  cwd = process.cwd(),
) {
  const path = fileURLToPath(new URL(`../../../src/${file}`, import.meta.url))
  const child = spawn(process.execPath, [path, ...args], {
    cwd,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  const said = new Promise<void>((resolve) => {
    let open = 2
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream })
        .on('line', (line) => {
          lines.push(line)
          child.emit('line', line)
        })
        .on('close', () => --open === 0 && resolve())
    }
  })
  test.after(() => child.kill('SIGKILL'))
  return { child, lines, ended: ended.then((code) => said.then(() => code)) }
}

/** Starts the app as a process of its own, until the test ends; it listens, whether or not its store is there. */
export async function startServer(
  test: TestContext,
  suite: Suite,
  env: NodeJS.ProcessEnv = {},
  cwd?: string,
) {
  const all = { ...suite.env, ...env }
  const { child, lines, ended } = startProcess(test, 'server.ts', [], all, cwd)
  const origin = await new Promise<string>((resolve, reject) => {
    child.on('line', (line: string) => {
      const found = /http:\/\/localhost:\d+/.exec(line)?.[0]
      if (found) resolve(found)
    })
    ended.then((code) => reject(new Error(`The app ended with ${code}: ${lines.join('\n')}`)))
  })
  return {
    origin,
    lines,
    end(signal: NodeJS.Signals) {
      child.kill(signal)
      return ended
    },
  }
}
