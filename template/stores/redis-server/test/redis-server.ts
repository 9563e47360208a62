import { Wait } from 'testcontainers'
import { startContainer } from './container.ts'

/** What one Redis command looks like on its way to the server; the first group is its name. */
export const redisCommand = /\*\d+\r\n\$\d+\r\n([A-Z]+)/gi

/** Starts an empty Redis in a container; throws without Docker. */
export async function startRedis() {
  const { address, stop } = await startContainer(
    6379,
    Wait.forLogMessage('Ready to accept connections'),
  )
  return { url: `redis://${address}`, stop }
}
