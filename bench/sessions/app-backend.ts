import { randomBytes } from 'node:crypto'
import { join } from 'node:path'

type SessionModule = typeof import('../../template/app/src/session/index.ts')

// A machine that others use as well may be slow, which is measured and no failure.
const timeoutMs = 20_000

/** Opens the store of an emitted app by its own module of sessions, with the table or index that it needs; throws what is wrong with the settings. */
export async function openAppBackend(url: string, app: string) {
  const session: SessionModule = await import(join(app, 'src/session/index.ts'))
  const reader = session.createReader({
    NODE_ENV: 'test',
    SESSION_STORE_URL: url,
    SESSION_SECRETS: randomBytes(32).toString('base64url'),
    SESSION_STORE_TIMEOUT_MS: String(timeoutMs),
  })
  const config = session.readSessionConfig(reader)
  if (reader.problems.length > 0) throw new Error(reader.problems.join('\n'))
  const backend = await session.openConfigured(config, (error) => console.error(error.message))
  await backend.prepare()
  return { session, config, backend }
}
