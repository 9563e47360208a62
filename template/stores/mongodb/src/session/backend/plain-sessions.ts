import type { PlainReader } from './contract.ts'
import { createClient, protocols } from './index.ts'

interface PlainDocument {
  _id: string
  expires?: Date
  session?: string | { data?: unknown; rev?: unknown }
}

/** Whether this app has written a document itself. */
const isOwn = ({ session }: PlainDocument) =>
  session === undefined || (typeof session === 'object' && typeof session.rev === 'number')

/** Reads the sessions of connect-mongo from the database of an address. */
export const plainSessions: PlainReader = {
  protocols,

  async *read(from, { name = 'sessions', timeoutMs }) {
    const client = createClient(from, timeoutMs, '--from')
    try {
      for await (const document of client.db().collection<PlainDocument>(name).find()) {
        if (isOwn(document)) continue
        const { _id, expires, session = '' } = document
        yield { sid: String(_id), expires: expires ? expires.getTime() : null, data: session }
      }
    } finally {
      await client.close()
    }
  },
}
