import DynamoDBStore from 'dynamodb-store'
import { readAddress } from '../src/session/dynamo-address.ts'
import { dynamoOperation, startDynamo } from './dynamo-server.ts'
import type { TestBackend } from './test-backend.ts'

/** Starts an empty DynamoDB Local. */
export const testBackend: TestBackend = {
  start: startDynamo,
  operation: dynamoOperation,
  async openPlain(url) {
    const dynamoConfig = readAddress(url, 'plain').client
    const store = await new Promise<DynamoDBStore>((resolve, reject) => {
      const opened = new DynamoDBStore({ dynamoConfig }, (error) =>
        error ? reject(error) : resolve(opened),
      )
    })
    return { store, close: async () => {} }
  },
}
