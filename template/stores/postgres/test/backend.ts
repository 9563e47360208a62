import { Wait } from 'testcontainers'
import { startContainer } from './container.ts'
import type { Lacks } from './site.ts'

/** What this store cannot do, with the reason. */
export const lacks: Lacks = {}

/** Starts an empty PostgreSQL for the tests. */
export async function startBackend() {
  const password = 'of-a-server-that-lives-for-one-run'
  const environment = { POSTGRES_USER: 'app', POSTGRES_PASSWORD: password, POSTGRES_DB: 'sessions' }
  // It listens for others only when its first preparations are over.
  const { address, stop } = await startContainer(5432, Wait.forListeningPorts(), environment)
  return { url: `postgres://app:${password}@${address}/sessions`, stop }
}
