import { Wait } from 'testcontainers'
import { startContainer } from './container.ts'
import type { TestBackend } from './test-backend.ts'

/** Starts an empty Redis. */
export const testBackend: TestBackend = {
  async start() {
    const ready = Wait.forLogMessage('Ready to accept connections')
    const { address, stop } = await startContainer(6379, ready)
    return { url: `redis://${address}`, stop }
  },
  operation: /\*\d+\r\n\$\d+\r\n([A-Z]+)/gi,
}
