import { RedisStore } from 'connect-redis'
import { createClient } from 'redis'
import { eachNumber, fillPlain, type OpenFilled, plainCount, storedOf } from './sessions.ts'

/** Redis, weighed by what it says of its memory. */
export const openFilled: OpenFilled = async (url, backend) => {
  const client = createClient({ url })
  await client.connect()
  const used = async () => Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1])
  const before = await used()
  await fillPlain(new RedisStore({ client, prefix: 'plain:' }))
  const empty = await used()
  return {
    fill: (from, to) => eachNumber(from, to, (number) => backend.insert(storedOf(number))),
    bytes: async () => (await used()) - empty,
    plainBytes: async () => (empty - before) / plainCount,
    close: () => client.close(),
  }
}
