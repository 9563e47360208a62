import { Wait } from 'testcontainers'
import { startContainer } from './container.ts'
import type { Lacks } from './site.ts'

/** What this store cannot do, with the reason. */
export const lacks: Lacks = {}

/** Starts an empty MongoDB for the tests. */
export async function startBackend() {
  const ready = Wait.forLogMessage(/waiting for connections/i)
  const { address, stop } = await startContainer(27017, ready)
  return { url: `mongodb://${address}/sessions`, stop }
}
