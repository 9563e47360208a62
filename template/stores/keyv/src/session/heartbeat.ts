import { setTimeout as pause } from 'node:timers/promises'

interface Connection {
  isReady: boolean
  ping(): Promise<unknown>
  destroy(): void
  connect(): Promise<unknown>
}

const everyMs = 1000

/**
 * Opens a new connection when the present one has gone silent; answers how to stop. node-redis alone
 * keeps it: its `socketTimeout` begins anew with each command that is written, so it is never over
 * while requests come.
 */
export function keepAlive(
  client: Connection,
  timeoutMs: number,
  onError: (error: Error) => void,
): () => void {
  let isChecking = false

  async function check() {
    if (!client.isReady || isChecking) return
    isChecking = true
    try {
      const silence = pause(timeoutMs, true, { ref: false })
      const isSilent = await Promise.race([silence, client.ping().then(() => false)])
      if (!isSilent) return
      onError(new Error(`Redis has not answered for ${timeoutMs} ms; connecting anew`))
      client.destroy()
      await client.connect()
    } finally {
      isChecking = false
    }
  }

  const timer = setInterval(() => check().catch(onError), everyMs).unref()
  return () => clearInterval(timer)
}
