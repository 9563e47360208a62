import { Wait } from 'testcontainers'
import { startContainer } from './container.ts'
import type { TestBackend } from './test-backend.ts'

/** Starts an empty Memcached. */
export const testBackend: TestBackend = {
  async start() {
    const { address, stop } = await startContainer(11211, Wait.forListeningPorts())
    return { url: `memcached://${address}`, stop }
  },
  operation: /^(gets?|cas|set|add|append|delete|touch)\b/gm,
  // The write needs the token of a `gets` of its own, because others may have written since the session was read.
  changeTakes: 3,
}
