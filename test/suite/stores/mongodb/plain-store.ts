import { MongoStore } from 'connect-mongo'
import type { Store } from 'express-session'
import { MongoClient } from 'mongodb'

/** connect-mongo on a client that it is given. */
export const openPlain = async (url: string, name: string) => {
  const client = await new MongoClient(url).connect()
  const store: Store = MongoStore.create({ client, collectionName: name })
  const kept = client.db().collection<{ _id: string }>(name)
  return {
    store,
    damage: (_id: string) => kept.insertOne({ _id, session: '{"cookie":' } as { _id: string }),
    close: () => client.close(),
  }
}
