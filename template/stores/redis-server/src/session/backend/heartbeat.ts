import { setTimeout as pause } from 'node:timers/promises'

interface Connection {
  isReady: boolean
  destroy(): void
  connect(): Promise<unknown>
}

const everyMs = 1000

/**
 * The longest that a socket may be silent, in ms: by this `socketTimeout` node-redis gives up a connection whose
 * handshake has no answer. It is longer than the time between two heartbeats, for an idle connection is none the worse.
 */
export const silenceMs = (timeoutMs: number) => everyMs + 2 * timeoutMs

/**
 * Calls `reconnect` with an error when a connection does not answer `beat` within `timeoutMs`, or refuses it because
 * the server has become a replica; returns how to stop. node-redis alone keeps such a connection: its `socketTimeout`
 * begins anew with each command that is written, so it is never over while requests come.
 */
export function watch(
  client: Pick<Connection, 'isReady'>,
  beat: () => Promise<unknown>,
  timeoutMs: number,
  reconnect: (error: Error) => unknown,
): () => void {
  let isChecking = false

  async function check() {
    if (!client.isReady || isChecking) return
    isChecking = true
    const silence = pause(timeoutMs, `has not answered for ${timeoutMs} ms`, { ref: false })
    const answer = beat().then(
      () => '',
      ({ message }: Error) => (/^READONLY/.test(message) ? `takes no writes: ${message}` : ''),
    )
    const fault = await Promise.race([silence, answer])
    if (fault) await reconnect(new Error(`Redis ${fault}; connecting anew`))
    isChecking = false
  }

  const timer = setInterval(check, everyMs).unref()
  return () => clearInterval(timer)
}

/** Opens a new connection in place of one that has gone silent, or to a server that takes no writes any more; returns how to stop. */
export function keepAlive(
  client: Connection,
  beat: () => Promise<unknown>,
  timeoutMs: number,
  onError: (error: Error) => void,
): () => void {
  return watch(client, beat, timeoutMs, async (error) => {
    onError(error)
    client.destroy()
    await client.connect().catch(onError)
  })
}
