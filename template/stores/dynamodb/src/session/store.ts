import { DynamoDB } from '@aws-sdk/client-dynamodb'
import type { OpenBackend } from './backend.ts'
import { overDynamo } from './dynamo.ts'
import { dynamoProtocols, localUrl, readAddress } from './dynamo-address.ts'
import type { Answer, Call } from './dynamo-call.ts'
import { createKeys, fromItem, toItem } from './dynamo-item.ts'

/** Where the backend is when SESSION_STORE_URL does not say. */
export const defaultUrl = localUrl

/** The addresses that are for this store. */
export const protocols = dynamoProtocols

/** Keeps sessions in a table of DynamoDB, whose TTL removes each one some time after it has ended. */
export const openBackend: OpenBackend = async (url, options) => {
  const { prefix, timeoutMs } = options
  const { table, client: place } = readAddress(url, prefix)
  const client = new DynamoDB({
    ...place,
    // Once more, since DynamoDB may have closed a connection that was kept open.
    maxAttempts: 2,
    requestHandler: { connectionTimeout: timeoutMs },
  })

  const call: Call = (operation, input) => {
    const send = client[operation] as (
      input: object,
      options: { abortSignal: AbortSignal },
    ) => Promise<Answer>
    return send.call(client, input, { abortSignal: AbortSignal.timeout(timeoutMs) })
  }

  const keys = createKeys(prefix)
  const at = (id: string) => ({ TableName: table, Key: keys.session(id) })

  const backend = overDynamo(table, options, call, {
    async read(id) {
      const { Item } = await call('getItem', { ...at(id), ConsistentRead: true })
      const stored = Item && fromItem(id, Item)
      return stored && stored.expires > Date.now() ? stored : null
    },
    async insert(stored) {
      const Item = toItem(keys.session(stored.id), stored)
      await call('putItem', { TableName: table, Item })
    },
    remove: async (id) => void (await call('deleteItem', at(id))),
  })

  return { ...backend, close: async () => client.destroy() }
}
