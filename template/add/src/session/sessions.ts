import { existsSync } from 'node:fs'
import { audit } from './audit-log.ts'
import {
  createReader,
  createSessions,
  openConfigured,
  readSessionConfig,
  type Sessions,
  withCircuitBreaker,
} from './index.ts'
import { openLater } from './open-later.ts'
import './session-data.ts'

const sweepEveryMs = 15 * 60_000

if (existsSync('.env')) process.loadEnvFile()
const reader = createReader(process.env)
const config = readSessionConfig(reader)
if (reader.problems.length > 0) throw new Error(reader.problems.join('\n'))
for (const hint of reader.describeUnknown()) audit('setting_unknown', { hint })

const onError = (err: Error) => audit('store_unavailable', { err })
// A store that is away does not fail here: this is a setting that is wrong, and stays so.
const opening = openConfigured(config, onError).catch((error: Error) => {
  console.error(error.message)
  process.exit(1)
})
const backend = openLater(opening)
const guarded = withCircuitBreaker(backend, config.session.storeTimeoutMs, audit)

setInterval(() => {
  backend.sweep().catch((err) => audit('session_sweep_failed', { err }))
}, sweepEveryMs).unref()

interface ProjectSessions extends Sessions {
  /** Makes what has to be there before the first session, such as a table. */
  prepare(): Promise<void>
  /** Lets go of the store, so that the process can end. */
  close(): Promise<void>
}

/** The sessions of this process, as the environment and `.env` say; `app.use(sessions.middleware)` gives them to an app. */
export const sessions: ProjectSessions = {
  ...createSessions(guarded, config, audit),
  prepare: backend.prepare,
  close: backend.close,
}
