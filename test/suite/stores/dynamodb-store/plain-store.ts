import DynamoDBStore from 'dynamodb-store'
import { readAddress } from '../../../src/session/backend/dynamo-address.ts'

/** dynamodb-store, open when its table is there, which is called `sessions`. */
export const openPlain = async (url: string, name: string) => {
  const dynamoConfig = readAddress(url, 'sessions').client
  const store = await new Promise<DynamoDBStore>((resolve, reject) => {
    const opened: DynamoDBStore = new DynamoDBStore(
      { table: { hashPrefix: name }, dynamoConfig },
      (error) => (error ? reject(error) : resolve(opened)),
    )
  })
  return {
    store,
    damage: (id: string) =>
      store.dynamoService
        .putItem({
          TableName: 'sessions',
          Item: { sessionId: { S: name + id }, sess: { S: '{"cookie":' } },
        })
        .promise(),
    close: () => {},
  }
}
