import type { TestBackend } from './test-backend.ts'

/** Memory needs no server. */
export const testBackend: TestBackend = {
  start: async () => ({ url: 'memory:', stop: async () => {} }),
}
