import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import connectDynamodb from 'connect-dynamodb'
import session, { type Store } from 'express-session'
import { besideDynamo, placeOf } from '../over-dynamo.ts'
import type { PlainPackage } from '../plain-package.ts'

const DynamoDBStore = connectDynamodb(session)

/** connect-dynamodb, which makes its table at the first call. */
export const plainPackage: PlainPackage = {
  packages: ['connect-dynamodb', '@aws-sdk/client-dynamodb'],
  backend: 'dynamodb',
  lacks: {},
  async open(url, { name = 'sessions' }) {
    const table = name.replace(/\W/g, '_')
    const client = new DynamoDBClient(placeOf(url))
    const beside = besideDynamo(url, table, 'id')
    return {
      // Its types leave out the session that `set` and `touch` take.
      store: new DynamoDBStore({ table, client }) as Store,
      look: beside.look,
      damage: (id) => beside.damage(id, { S: '{"cookie":' }),
      close() {
        client.destroy()
        beside.client.destroy()
      },
    }
  },
}
