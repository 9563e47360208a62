import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openProxy } from '../conformance/proxy.ts'
import { lacks } from '../conformance/suite.ts'
import type { Ending, SecureSuite } from './app.ts'

/** How long an app waits for its store that is to be taken away; not so short that a busy machine is taken for that. */
export const storeTimeoutMs = 2000

/** How a server is away: nobody listens, or nobody answers. */
export type Fault = 'refuse' | 'freeze'

/** A way to take the store away from an app that is started with `env`. */
export interface Breakage {
  env: NodeJS.ProcessEnv
  /** From now on nothing is written; where there is a server, nothing is read either. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** How this store can be taken away from outside of the app; null where it cannot. */
export async function openBreakage(
  suite: SecureSuite,
  ending: Ending,
  fault: Fault = 'refuse',
): Promise<Breakage | null> {
  const url = String(suite.env.SESSION_STORE_URL)
  const timeout = { SESSION_STORE_TIMEOUT_MS: String(storeTimeoutMs) }
  if (!lacks.server) {
    const proxy = await openProxy(url)
    ending.after(proxy.close)
    const env = { ...timeout, SESSION_STORE_URL: proxy.url }
    return { env, start: proxy[fault], stop: proxy.heal }
  }
  if (!url.startsWith('sqlite:')) return null
  // A file of its own, as other tests write to that of the suite at the same time.
  const folder = mkdtempSync(join(tmpdir(), 'breakage-'))
  const file = join(folder, 'sessions.sqlite')
  let writer: DatabaseSync | undefined
  ending.after(() => {
    writer?.close()
    rmSync(folder, { recursive: true })
  })
  return {
    env: { ...timeout, SESSION_STORE_URL: `sqlite:${file}` },
    async start() {
      // A writer that does not end: readers of a file in WAL mode go on.
      writer ??= new DatabaseSync(file, { timeout: 10_000 })
      writer.exec('BEGIN IMMEDIATE')
    },
    stop: async () => writer?.exec('ROLLBACK'),
  }
}
