import { DynamoDB } from '@aws-sdk/client-dynamodb'
import { createKeys, fromItem, type OpenClient, type Output, toItem } from './api.ts'
import type { OpenBackend } from './contract.ts'
import { overDynamo } from './dynamo.ts'
import { dynamoProtocols, localUrl, readAddress } from './dynamo-address.ts'

/** Where the backend is when SESSION_STORE_URL does not say. */
export const defaultUrl = localUrl

/** The addresses that are for this store. */
export const protocols = dynamoProtocols

/** The name of the store, as the account page shows it. */
export const storeName = 'DynamoDB'

/** Keeps sessions in a table of DynamoDB, whose TTL removes each one some time after it has expired. */
export const openBackend: OpenBackend = async (url, options) => {
  const place = readAddress(url, options.prefix)
  const TableName = place.table
  const keys = createKeys(options.prefix)

  return overDynamo(place, options, openClient, (call) => ({
    async read(id) {
      const Key = keys.session(id)
      const { Item } = await call('getItem', { TableName, Key, ConsistentRead: true })
      const stored = Item && fromItem(id, Item)
      return stored && stored.expires > Date.now() ? stored : null
    },
    async insert(stored) {
      await call('putItem', { TableName, Item: toItem(keys.session(stored.id), stored) })
    },
    async remove(id) {
      await call('deleteItem', { TableName, Key: keys.session(id) })
    },
  }))
}

/** Opens a client of the AWS SDK, version 3. */
export const openClient: OpenClient = (client, timeoutMs) => {
  const dynamo = new DynamoDB({
    ...client,
    // Two, because DynamoDB may have closed a connection that was kept open.
    maxAttempts: 2,
    requestHandler: { connectionTimeout: timeoutMs },
  })
  return {
    call(operation, input) {
      const send = dynamo[operation] as (
        input: object,
        options: { abortSignal: AbortSignal },
      ) => Promise<Output>
      return send.call(dynamo, input, { abortSignal: AbortSignal.timeout(timeoutMs) })
    },
    close: () => dynamo.destroy(),
  }
}
