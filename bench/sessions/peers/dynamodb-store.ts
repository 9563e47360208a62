import DynamoDBStore from 'dynamodb-store'
import { placeOf } from '../../../test/upstream/over-dynamo.ts'
import { serveStore } from './express-routes.ts'
import type { Peer } from './peer.ts'

// The SDK, which is past its end of support, says so at each start.
process.env.AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE = '1'

/** express-session with dynamodb-store, once its table is there. */
export const openPeer: Peer['openPeer'] = async (url) => {
  const options = { table: { name: 'of_peer' }, dynamoConfig: placeOf(url) }
  const store = await new Promise<DynamoDBStore>((resolve, reject) => {
    const opened: DynamoDBStore = new DynamoDBStore(options, (error) =>
      error ? reject(error) : resolve(opened),
    )
  })
  return serveStore(store)
}
