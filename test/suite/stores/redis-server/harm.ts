import type { TestContext } from 'node:test'
import { createClient } from 'redis'

async function ask(url: string, ...command: string[]) {
  const client = createClient({ url })
  await client.connect()
  await client.sendCommand(command)
  client.destroy()
}

/** Makes the server at an address the replica of one that is not there. */
export const refuseWrites: ((url: string, test: TestContext) => Promise<string>) | string = async (
  url,
) => {
  await ask(url, 'REPLICAOF', '127.0.0.1', '1')
  return url
}

/** Only keys are there. */
export const takeAway: ((url: string, prefix: string) => Promise<void>) | string =
  'nothing has to be there before the first session'

/** Ends all but the one that says so. */
export const endConnections: ((url: string) => Promise<void>) | string = (url) =>
  ask(url, 'CLIENT', 'KILL', 'SKIPME', 'yes')

/** Its own affair. */
export const addressOn: ((folder: string) => string) | string = 'its server has the disk'
