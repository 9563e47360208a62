import { Wait } from 'testcontainers'
import { startContainer } from './container.ts'
import type { Lacks } from './site.ts'

/** What this store cannot do, with the reason. */
export const lacks: Lacks = {
  scan: 'Memcached has no list of its keys, so sessions can be neither listed nor exported',
}

/** Starts an empty Memcached for the tests. */
export async function startBackend() {
  const { address, stop } = await startContainer(11211, Wait.forListeningPorts())
  return { url: `memcached://${address}`, stop }
}
