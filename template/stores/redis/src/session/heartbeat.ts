import { setTimeout as pause } from 'node:timers/promises'

interface Connection {
  isReady: boolean
  ping(): Promise<unknown>
  destroy(): void
  connect(): Promise<unknown>
}

const everyMs = 5000

/** Opens a new connection when the present one has gone silent, which node-redis alone does not notice; answers how to stop. */
export function keepAlive(
  client: Connection,
  timeoutMs: number,
  onError: (error: Error) => void,
): () => void {
  async function check() {
    if (!client.isReady) return
    const silence = pause(timeoutMs, true, { ref: false })
    const isSilent = await Promise.race([silence, client.ping().then(() => false)])
    if (!isSilent) return
    onError(new Error(`Redis has not answered for ${timeoutMs} ms; connecting anew`))
    client.destroy()
    await client.connect()
  }
  const timer = setInterval(() => check().catch(onError), everyMs).unref()
  return () => clearInterval(timer)
}
