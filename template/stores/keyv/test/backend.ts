import { Wait } from 'testcontainers'
import { startContainer } from './container.ts'
import type { Lacks } from './site.ts'

/** What this store cannot do, each with the reason. */
export const lacks: Lacks = {
  atomic:
    "with several processes, a request under way in one may undo a logout or a change in another, and of logins at the same moment one may be missing from its user's list; within one process nothing is lost",
}

/** Starts an empty Redis in a container, for the adapter that is installed; throws without Docker. */
export async function startBackend() {
  const ready = Wait.forLogMessage('Ready to accept connections')
  const { address, stop } = await startContainer(6379, ready)
  return { url: `redis://${address}`, stop }
}
