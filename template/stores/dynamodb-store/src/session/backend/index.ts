import { Agent } from 'node:http'
import { Agent as TlsAgent } from 'node:https'
import sdk from 'aws-sdk'
import DynamoDBStore from 'dynamodb-store'
import type { SessionData } from 'express-session'
import { keyName, type OpenClient, type Output, toTtl } from './api.ts'
import type { OpenBackend } from './contract.ts'
import { overDynamo } from './dynamo.ts'
import { dynamoProtocols, localUrl, type Place, readAddress } from './dynamo-address.ts'
import { type ConnectSession, overConnectStore } from './over-connect-store.ts'

/** Where the backend is when SESSION_STORE_URL does not say. */
export const defaultUrl = localUrl

/** The addresses that are for this store. */
export const protocols = dynamoProtocols

/** The name of the store, as the account page shows it. */
export const storeName = 'DynamoDB'

// The SDK prints at each start that it is past the end of its support, which README.md says too.
process.env.AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE = '1'

/** The package's store, for records that carry their own expiry, on a table that is made elsewhere. */
class TamedStore extends DynamoDBStore {
  // The package makes a table at its start, without a TTL, and ends the process when it may not.
  override async createTableIfDontExists() {}

  // It gives a day to all but the cookies of express-session, and goes by DynamoDB's clock.
  override getExpirationDate(session: SessionData) {
    const { expires } = session as ConnectSession
    return new Date(Number(toTtl(expires).N) * 1000)
  }
}

/** Keeps sessions in a table of DynamoDB by the package dynamodb-store. */
export const openBackend: OpenBackend = async (url, options) => {
  const { prefix, timeoutMs } = options
  const place = readAddress(url, prefix)
  const dynamoConfig = configure(place.client, timeoutMs)
  const store = new TamedStore({
    table: { name: place.table, hashKey: keyName, hashPrefix: prefix },
    dynamoConfig,
    // Otherwise it removes what has expired when it is read, which the TTL does.
    keepExpired: true,
  })

  // Only reading, inserting and removing are the package's. Its `set` brings back what was logged out,
  // loses dates, and sends nothing without a callback: here it only inserts, `data` is text, and there
  // is a callback. Its `touch` does nothing for half a minute after a write, and then brings back what
  // has expired.
  const backend = overDynamo(place, options, openClient, () => overConnectStore(store))

  return {
    ...backend,
    async close() {
      dynamoConfig.httpOptions.agent.destroy()
      await backend.close()
    },
  }
}

/** What the AWS SDK, version 2, is told in place of its defaults. */
function configure(client: Place['client'], timeoutMs: number) {
  const isPlain = client.endpoint?.startsWith('http:')
  return {
    ...client,
    // The default is ten more tries, for half a minute.
    maxRetries: 1,
    httpOptions: {
      // By default it opens a connection for each request, and waits two minutes for a response.
      agent: isPlain ? new Agent({ keepAlive: true }) : new TlsAgent({ keepAlive: true }),
      connectTimeout: timeoutMs,
      timeout: timeoutMs,
    },
  }
}

/** Opens a client of the AWS SDK, version 2. */
export const openClient: OpenClient = (client, timeoutMs) => {
  const config = configure(client, timeoutMs)
  const dynamo = new sdk.DynamoDB(config)
  return {
    call: (operation, input) => dynamo.makeRequest(operation, input).promise() as Promise<Output>,
    close: () => config.httpOptions.agent.destroy(),
  }
}
