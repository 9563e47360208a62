import type { OpenBackend } from './backend.ts'
import { overDynamo } from './dynamo.ts'
import { dynamoProtocols, localUrl, readAddress } from './dynamo-address.ts'
import { openClient } from './dynamo-client.ts'
import { createKeys, fromItem, toItem } from './dynamo-item.ts'

/** Where the backend is when SESSION_STORE_URL does not say. */
export const defaultUrl = localUrl

/** The addresses that are for this store. */
export const protocols = dynamoProtocols

/** Keeps sessions in a table of DynamoDB, whose TTL removes each one some time after it has ended. */
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
