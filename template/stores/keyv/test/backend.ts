import { redisCommand, startRedis } from './redis-server.ts'
import type { TestBackend } from './test-backend.ts'

/** Starts an empty Redis, for the adapter that is installed. */
export const testBackend: TestBackend = {
  start: startRedis,
  operation: redisCommand,
  // Keyv cannot write on a condition: the session is read once more before it is written.
  changeTakes: 3,
}
