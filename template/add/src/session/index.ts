import { existsSync } from 'node:fs'
import { withDeadline } from './deadline.ts'
import { createReader } from './environment.ts'
import { tell } from './log.ts'
import { createSessions, type Sessions } from './middleware.ts'
import { openConfigured } from './open.ts'
import { waitFor } from './opening.ts'
import { readSessionConfig } from './settings.ts'

const sweepEveryMs = 15 * 60_000

if (existsSync('.env')) process.loadEnvFile()
const reader = createReader(process.env)
const config = readSessionConfig(reader)
if (reader.problems.length > 0) throw new Error(reader.problems.join('\n'))

const hear = (err: Error) => tell('store_unavailable', { err })
// A store that is away does not come here: this is a setting that is wrong, and stays so.
const opening = openConfigured(config, hear).catch((error: Error) => {
  console.error(error.message)
  process.exit(1)
})
const backend = waitFor(opening)
const steady = withDeadline(backend, config.session.storeTimeoutMs, tell)

setInterval(() => {
  backend.sweep().catch((err) => tell('session_sweep_failed', { err }))
}, sweepEveryMs).unref()

interface AppSessions extends Sessions {
  /** Makes what has to be there before the first session, such as a table. */
  prepare(): Promise<void>
  /** Lets go of the store, so that the process can end. */
  close(): Promise<void>
}

/** The sessions of this process, as the environment and `.env` say; `app.use(sessions.middleware)` gives them to an app. */
export const sessions: AppSessions = {
  ...createSessions(steady, config, tell),
  prepare: backend.prepare,
  close: backend.close,
}
