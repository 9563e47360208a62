import { redisCommand, startRedis } from './redis-server.ts'
import type { TestBackend } from './test-backend.ts'

/** Starts an empty Redis. */
export const testBackend: TestBackend = {
  start: startRedis,
  operation: redisCommand,
}
