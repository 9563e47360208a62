import { RedisStore } from 'connect-redis'
import { openRedis } from '../src/session/redis.ts'
import { redisCommand, startRedis } from './redis-server.ts'
import type { TestBackend } from './test-backend.ts'

/** Starts an empty Redis. */
export const testBackend: TestBackend = {
  start: startRedis,
  operation: redisCommand,
  async openPlain(url) {
    const redis = await openRedis(url, { timeoutMs: 1000, onError: () => {} })
    return {
      store: new RedisStore({ client: redis.client }),
      close: async () => redis.close(),
    }
  },
}
