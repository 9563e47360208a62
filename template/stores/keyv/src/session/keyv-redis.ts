import { setTimeout as pause } from 'node:timers/promises'
import KeyvRedis, { createClient } from '@keyv/redis'
import { keepAlive } from './heartbeat.ts'

/** Keyv's adapter on a Redis client that waits for a server that is away, and lets no command wait. */
export function openRedis(url: string, timeoutMs: number, onError: (error: Error) => void) {
  const client = createClient({
    url,
    // A queued command would hang its request for as long as the server is away.
    disableOfflineQueue: true,
    socket: {
      connectTimeout: timeoutMs,
      reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, 1000),
    },
  })
  // The adapter answers "there is no such key" when Redis fails, and Keyv's own throwOnErrors does not reach it.
  const store = new KeyvRedis(client, { throwOnErrors: true, noNamespaceAffectsAll: true })
  const stopChecking = keepAlive(client, timeoutMs, onError)
  return {
    store,
    keepsExpired: false,
    connect: async () => {
      await Promise.race([client.connect(), pause(timeoutMs, undefined, { ref: false })])
    },
    close: async () => {
      stopChecking()
      client.destroy()
    },
  }
}
