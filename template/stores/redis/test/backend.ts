import { Wait } from 'testcontainers'
import { startContainer } from './container.ts'
import type { TestBackend } from './test-backend.ts'

/** Starts an empty Redis. */
export async function startBackend(): Promise<TestBackend> {
  const ready = Wait.forLogMessage('Ready to accept connections')
  const { address, stop } = await startContainer(6379, ready)
  return { url: `redis://${address}`, durable: true, stop }
}
