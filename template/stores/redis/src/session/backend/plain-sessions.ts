import { createClient, RESP_TYPES } from 'redis'
import type { PlainReader } from './contract.ts'

// What this app writes itself has 41 digits in front, and the heartbeat is empty.
const isOwn = (value: Buffer) =>
  value.length === 0 || /^\d{25}[0-9a-f]{16}(null|")/.test(value.toString('latin1', 0, 45))

/** Reads the sessions of connect-redis, and those of Flask-Session, from one server. */
export const plainSessions: PlainReader = {
  protocols: ['redis:', 'rediss:'],
  flaskName: 'session:',

  async *read(from, { name: prefix = 'sess:', timeoutMs }) {
    const client = createClient({
      url: from,
      disableOfflineQueue: true,
      socket: { connectTimeout: timeoutMs, reconnectStrategy: false },
    })
    client.on('error', () => {})
    await client.connect()
    try {
      // As bytes, which MessagePack is.
      const bytes = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer })
      const pattern = `${prefix.replace(/[*?[\]\\^-]/g, '\\$&')}*`
      for await (const found of client.scanIterator({
        MATCH: pattern,
        COUNT: 500,
        TYPE: 'string',
      })) {
        if (found.length === 0) continue
        const [values, lives] = await Promise.all([
          bytes.mGet(found) as Promise<unknown> as Promise<(Buffer | null)[]>,
          Promise.all(found.map((key) => client.pTTL(key))),
        ])
        for (const [index, key] of found.entries()) {
          const data = values[index]
          const lifeMs = lives[index] ?? -1
          if (!data || isOwn(data)) continue
          const expires = lifeMs < 0 ? null : Date.now() + lifeMs
          yield { sid: key.slice(prefix.length), expires, data }
        }
      }
    } finally {
      client.destroy()
    }
  },
}
