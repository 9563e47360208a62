import { Wait } from 'testcontainers'
import { startContainer } from './container.ts'
import type { TestBackend } from './test-backend.ts'

/** Starts an empty MongoDB. */
export async function startBackend(): Promise<TestBackend> {
  const ready = Wait.forLogMessage(/waiting for connections/i)
  const { address, stop } = await startContainer(27017, ready)
  return { url: `mongodb://${address}/sessions`, durable: true, stop }
}
