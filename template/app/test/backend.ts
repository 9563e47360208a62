import type { TestBackend } from './test-backend.ts'

/** Memory needs no server. */
export async function startBackend(): Promise<TestBackend> {
  return { url: 'memory:', durable: false, stop: async () => {} }
}
