import { type Item, keyName, type OpenClient, type Value } from './api.ts'
import type { PlainReader } from './contract.ts'
import { dynamoProtocols, readAddress } from './dynamo-address.ts'

/** A value as the document client of the SDK writes it. */
interface PlainValue extends Omit<Value, 'M'> {
  BOOL?: boolean
  L?: PlainValue[]
  M?: Record<string, PlainValue>
}

function toPlain({ S, N, BOOL, L, M, SS }: PlainValue): unknown {
  if (M) return toObject(M)
  if (L) return L.map(toPlain)
  if (N !== undefined) return Number(N)
  return S ?? BOOL ?? SS ?? null
}

function toObject(values: Record<string, PlainValue>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toPlain(value)]))
}

/** Whether this app has written an item itself: a session, a user's list, or what `ping` writes. */
const isOwn = ({ sess }: Item) => !sess || (sess.M?.rev?.N && sess.M.data?.S !== undefined)

/** Reads the sessions of dynamodb-store from the table of an address, `sessions` where it names none, by a client of either version of the SDK. */
export const readPlainItems = (openClient: OpenClient): PlainReader => ({
  protocols: dynamoProtocols,

  async *read(from, { name: prefix = 'sess:', timeoutMs }) {
    const { table, client } = readAddress(from, 'sessions', '--from')
    const { call, close } = openClient(client, timeoutMs)
    try {
      let start: Item | undefined
      do {
        const page = await call('scan', {
          TableName: table,
          ConsistentRead: true,
          ...(start && { ExclusiveStartKey: start }),
        })
        for (const item of page.Items ?? []) {
          const key = item[keyName]?.S ?? ''
          if (isOwn(item) || !key.startsWith(prefix)) continue
          // What the package itself puts beside the fields.
          const { updated: _updated, ...data } = toObject(item.sess?.M ?? {})
          const seconds = Number(item.expires?.N)
          yield {
            sid: key.slice(prefix.length),
            expires: Number.isNaN(seconds) ? null : seconds * 1000,
            data,
          }
        }
        start = page.LastEvaluatedKey
      } while (start)
    } finally {
      close()
    }
  },
})
