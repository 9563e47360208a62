import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { inherited } from './server.ts'

/** A row of what the doctor says. */
export interface Check {
  check: string
  status: 'ok' | 'note' | 'fault'
  found: string
  cure?: string
}

interface Options {
  args?: string[]
  /** Where it runs, and looks for `.env`. */
  cwd?: string
  /** What is run first in its process, as to have another Node or another clock. */
  first?: string
}

const file = fileURLToPath(new URL('../../../src/cli/doctor.ts', import.meta.url))

/** What an app needs to be told in production. */
export const production = {
  NODE_ENV: 'production',
  PUBLIC_ORIGIN: 'https://app.example',
  TRUST_PROXY: '1',
  ALLOW_MEMORY_STORE: 'true',
}

/** Runs `npm run doctor` as a process of its own. */
export function runDoctor(
  env: NodeJS.ProcessEnv,
  { args = [], cwd, first = '' }: Options = {},
): Promise<{ code: number; out: string; err: string }> {
  const options = {
    cwd,
    env: {
      ...inherited,
      ...(first && { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(first)}` }),
      ...env,
    },
  }
  return new Promise((resolve) => {
    execFile(process.execPath, [file, ...args], options, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    )
  })
}

/** What the doctor finds, as programs read it; `faults` leaves out that of the way to the store, `text` is all that it said. */
export async function examine(env: NodeJS.ProcessEnv, options: Options = {}) {
  const { code, out, err } = await runDoctor(env, { ...options, args: ['--json'] })
  const text = out + err
  assert.match(out, /^\{/, text)
  const said: { faults: number; checks: Check[] } = JSON.parse(out)
  const all = said.checks.filter(({ status }) => status === 'fault')
  assert.deepEqual([said.faults, code], [all.length, all.length > 0 ? 1 : 0], text)
  // The server of the tests may be on another machine than this one.
  const faults = all.filter(({ check }) => check !== 'encryption')
  return { checks: said.checks, faults, text }
}

type Examined = Awaited<ReturnType<typeof examine>>

/** Fails unless there is one fault, of this check and with this cure. */
export function assertFault({ faults, text }: Examined, check: string, cure: RegExp): void {
  assert.deepEqual(
    faults.map((fault) => fault.check),
    [check],
    text,
  )
  assert.match(faults[0]?.cure ?? '', cure, text)
}
