import { Wait } from 'testcontainers'
import { startContainer } from './container.ts'
import type { Lacks } from './site.ts'

/** What this store cannot do, with the reason. */
export const lacks: Lacks = {}

/** Starts an empty MySQL for the tests. */
export async function startBackend() {
  const password = 'of-a-server-that-lives-for-one-run'
  const environment = {
    MYSQL_USER: 'app',
    MYSQL_PASSWORD: password,
    MYSQL_DATABASE: 'sessions',
    MYSQL_ROOT_PASSWORD: password,
  }
  // It listens for others only when its first preparations are over.
  const { address, stop } = await startContainer(3306, Wait.forListeningPorts(), environment)
  return { url: `mysql://app:${password}@${address}/sessions`, stop }
}
