import { RedisStore } from 'connect-redis'
import type { Store } from 'express-session'
import { createClient } from 'redis'

/** connect-redis on the client of its README. */
export const openPlain = async (url: string, name: string) => {
  const client = createClient({ url })
  await client.connect()
  const store: Store = new RedisStore({ client, prefix: name })
  return {
    store,
    damage: (id: string) => client.set(name + id, '{"cookie":'),
    close: () => client.destroy(),
  }
}
