import sdk from 'aws-sdk'
import type { OpenBackend } from './backend.ts'
import { overDynamo } from './dynamo.ts'
import { dynamoProtocols, localUrl, readAddress } from './dynamo-address.ts'
import { isNamed } from './dynamo-call.ts'
import { configure, openClient } from './dynamo-client.ts'
import { keyName } from './dynamo-item.ts'
import { overConnectStore } from './over-connect-store.ts'
import { TamedStore } from './tamed-store.ts'

/** Where the backend is when SESSION_STORE_URL does not say. */
export const defaultUrl = localUrl

/** The addresses that are for this store. */
export const protocols = dynamoProtocols

/** Keeps sessions in a table of DynamoDB by the package dynamodb-store. */
export const openBackend: OpenBackend = async (url, options) => {
  const { prefix, timeoutMs, adoptFrom = 'sessions' } = options
  const place = readAddress(url, prefix)
  const dynamoConfig = configure(place.client, timeoutMs)
  const store = new TamedStore({
    table: { name: place.table, hashKey: keyName, hashPrefix: prefix },
    dynamoConfig,
    // It would remove what has ended when it is read, which TTL does.
    keepExpired: true,
  })

  const backend = overDynamo(place, options, openClient, (call) => ({
    // Only these three are the package's. Its `set` brings back what was logged out, loses dates, and
    // sends nothing without a callback: here it only inserts, `data` is text, and there is a callback.
    // Its `touch` does nothing for half a minute after a write, and then brings back what has ended.
    ...overConnectStore(store),

    async adopt(sessionId) {
      const now = Math.floor(Date.now() / 1000)
      try {
        const { Attributes = {} } = await call('deleteItem', {
          TableName: adoptFrom,
          Key: { [keyName]: { S: `sess:${sessionId}` } },
          ConditionExpression: 'expires > :now',
          ExpressionAttributeValues: { ':now': { N: String(now) } },
          ReturnValues: 'ALL_OLD',
        })
        const { sess } = sdk.DynamoDB.Converter.unmarshall(Attributes)
        const { updated: _updated, ...session } = sess
        return session
      } catch (error) {
        if (isNamed(error, 'ConditionalCheckFailedException')) return null
        // After the move the table may be gone.
        if (isNamed(error, 'ResourceNotFoundException')) return null
        throw error
      }
    },
  }))

  return {
    ...backend,
    async close() {
      dynamoConfig.httpOptions.agent.destroy()
      await backend.close()
    },
  }
}
