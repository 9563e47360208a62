import { setTimeout as pause } from 'node:timers/promises'

interface Connection {
  isReady: boolean
  ping(): Promise<unknown>
}

interface Reconnectable extends Connection {
  destroy(): void
  connect(): Promise<unknown>
}

const everyMs = 1000

/**
 * Calls `reconnect` with an error when a connection has been silent for `timeoutMs`; returns how to
 * stop. node-redis alone keeps a silent connection: its `socketTimeout` begins anew with each command
 * that is written, so it is never over while requests come.
 */
export function watchSilence(
  client: Connection,
  timeoutMs: number,
  reconnect: (error: Error) => unknown,
): () => void {
  let isChecking = false

  async function check() {
    if (!client.isReady || isChecking) return
    isChecking = true
    const silence = pause(timeoutMs, true, { ref: false })
    const replied = () => false
    const isSilent = await Promise.race([silence, client.ping().then(replied, replied)])
    if (isSilent) {
      await reconnect(new Error(`Redis has not answered for ${timeoutMs} ms; connecting anew`))
    }
    isChecking = false
  }

  const timer = setInterval(check, everyMs).unref()
  return () => clearInterval(timer)
}

/** Opens a new connection in place of one that has gone silent; returns how to stop. */
export function keepAlive(
  client: Reconnectable,
  timeoutMs: number,
  onError: (error: Error) => void,
): () => void {
  return watchSilence(client, timeoutMs, async (error) => {
    onError(error)
    client.destroy()
    await client.connect().catch(onError)
  })
}
