import { setTimeout as pause } from 'node:timers/promises'
import { createClient, RESP_TYPES } from 'redis'
import type { PlainReader } from './contract.ts'

// What this app writes itself has 41 digits in front, and the heartbeat is empty.
const isOwn = (value: Buffer) =>
  value.length === 0 || /^\d{25}[0-9a-f]{16}(null|")/.test(value.toString('latin1', 0, 45))

/** Waits for an answer of the server for `ms` at most: node-redis would wait for ever. */
async function within<Answer>(ms: number, answer: Promise<Answer>): Promise<Answer> {
  const late = pause(ms, undefined, { ref: false }).then(() => {
    throw new Error(`No answer within ${ms} ms`)
  })
  return Promise.race([answer, late])
}

/** Reads the sessions of connect-redis, and those of Flask-Session, from one server. */
export const plainSessions: PlainReader = {
  protocols: ['redis:', 'rediss:'],
  flaskName: 'session:',

  async *read(from, { name: prefix = 'sess:', timeoutMs }) {
    if (!URL.canParse(from)) throw new Error('--from cannot be read as the address of a server')
    const client = createClient({
      url: from,
      disableOfflineQueue: true,
      socket: { connectTimeout: timeoutMs, reconnectStrategy: false },
    })
    client.on('error', () => {})
    try {
      await within(timeoutMs, client.connect())
      // As bytes, which MessagePack is.
      const bytes = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer })
      const pattern = `${prefix.replace(/[*?[\]\\^-]/g, '\\$&')}*`
      const options = { MATCH: pattern, COUNT: 500, TYPE: 'string' }
      let cursor = '0'
      do {
        const page = await within(timeoutMs, client.scan(cursor, options))
        const found = page.keys
        cursor = page.cursor
        if (found.length === 0) continue
        const asked = Promise.all([
          bytes.mGet(found) as Promise<unknown> as Promise<(Buffer | null)[]>,
          Promise.all(found.map((key) => client.pTTL(key))),
        ])
        const [values, lives] = await within(timeoutMs, asked)
        for (const [index, key] of found.entries()) {
          const data = values[index]
          const lifeMs = lives[index] ?? -1
          if (!data || isOwn(data)) continue
          const expires = lifeMs < 0 ? null : Date.now() + lifeMs
          yield { sid: key.slice(prefix.length), expires, data }
        }
      } while (cursor !== '0')
    } finally {
      client.destroy()
    }
  },
}
