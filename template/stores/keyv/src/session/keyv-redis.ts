import { setTimeout as pause } from 'node:timers/promises'
import KeyvRedis, { createClient } from '@keyv/redis'

const pingEveryMs = 4000

/** Keyv's adapter on a Redis client that waits for a server that is away, and lets no command wait. */
export function openRedis(url: string, timeoutMs: number) {
  const client = createClient({
    url,
    // A queued command would hang its request for as long as the server is away.
    disableOfflineQueue: true,
    pingInterval: pingEveryMs,
    socket: {
      connectTimeout: timeoutMs,
      // A connection that has gone silent would be kept for ever.
      socketTimeout: pingEveryMs + timeoutMs,
      // Without a strategy of one's own, a client whose socket has timed out stays closed.
      reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, 1000),
    },
  })
  // The adapter answers "there is no such key" when Redis fails, and Keyv's own throwOnErrors does not reach it.
  const store = new KeyvRedis(client, { throwOnErrors: true, noNamespaceAffectsAll: true })
  return {
    store,
    connect: async () => {
      await Promise.race([client.connect(), pause(timeoutMs, undefined, { ref: false })])
    },
    close: async () => client.destroy(),
    keepsExpired: false,
  }
}
