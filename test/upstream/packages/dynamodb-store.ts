import DynamoDBStore from 'dynamodb-store'
import { besideDynamo, placeOf } from '../over-dynamo.ts'
import type { PlainPackage } from '../plain-package.ts'

// The SDK, which is past its end of support, says so at each start.
process.env.AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE = '1'

/** dynamodb-store, open when its table is there. */
export const plainPackage: PlainPackage = {
  packages: ['dynamodb-store', 'aws-sdk'],
  backend: 'dynamodb-store',
  lacks: {},
  async open(url, { name = 'sessions' }) {
    const table = name.replace(/\W/g, '_')
    const store = await new Promise<DynamoDBStore>((resolve, reject) => {
      const opened: DynamoDBStore = new DynamoDBStore(
        { table: { name: table }, dynamoConfig: placeOf(url) },
        (error) => (error ? reject(error) : resolve(opened)),
      )
    })
    const { client, look, damage } = besideDynamo(url, table, 'sessionId')
    return {
      store,
      adds: ['updated'],
      look,
      damage: (id) => damage(id, { S: '{"cookie":' }),
      close: () => client.destroy(),
    }
  },
}
