import { createClient } from 'redis'

/** Makes the server at an address the replica of one that is not there. */
export const refuseWrites: ((url: string) => Promise<void>) | string = async (url) => {
  const client = createClient({ url })
  await client.connect()
  await client.sendCommand(['REPLICAOF', '127.0.0.1', '1'])
  client.destroy()
}

/** Only keys are there. */
export const takeAway: ((url: string, prefix: string) => Promise<void>) | string =
  'nothing has to be there before the first session'
