import type { TestBackend } from './test-backend.ts'

/** The memory of express-session needs no server; for a Store that does, set SESSION_STORE_URL or start one here. */
export const testBackend: TestBackend = {
  start: async () => ({ url: 'custom:', stop: async () => {} }),
}
