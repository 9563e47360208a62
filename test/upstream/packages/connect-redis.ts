import { RedisStore } from 'connect-redis'
import { createClient } from 'redis'
import type { PlainPackage } from '../plain-package.ts'

/** connect-redis on the client of its README. */
export const plainPackage: PlainPackage = {
  packages: ['connect-redis', 'redis'],
  backend: 'redis',
  lacks: {},
  async open(url, { name = 'sess:' }) {
    const client = createClient({ url })
    await client.connect()
    return {
      store: new RedisStore({ client, prefix: name }),
      async look(id) {
        const end = await client.pExpireTime(name + id)
        if (end === -2) return null
        return end === -1 ? Number.POSITIVE_INFINITY : end
      },
      damage: async (id) => void (await client.set(name + id, '{"cookie":')),
      close: () => client.close(),
    }
  },
}
