import type { Server } from 'node:http'

/** Stops taking connections and resolves when what is in flight has been answered, or was cut off after `graceMs`. */
export async function drain(server: Server, graceMs: number): Promise<void> {
  server.prependListener('request', (_req, res) => res.setHeader('Connection', 'close'))
  // A connection that is busy now would otherwise stay open until its keep-alive time is over.
  const closeIdle = setInterval(() => server.closeIdleConnections(), 50)
  const cutOff = setTimeout(() => server.closeAllConnections(), graceMs)
  await new Promise((resolve) => server.close(resolve))
  clearInterval(closeIdle)
  clearTimeout(cutOff)
}
