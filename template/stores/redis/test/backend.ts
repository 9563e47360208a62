import { Wait } from 'testcontainers'
import { startContainer } from './container.ts'
import type { Lacks } from './site.ts'

/** What this store cannot do: nothing. */
export const lacks: Lacks = {}

/** Starts an empty Redis in a container; throws without Docker. */
export async function startBackend() {
  const ready = Wait.forLogMessage('Ready to accept connections')
  const { address, stop } = await startContainer(6379, ready)
  return { url: `redis://${address}`, stop }
}
