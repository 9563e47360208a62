import { MongoStore } from 'connect-mongo'
import { MongoClient } from 'mongodb'
import type { PlainPackage } from '../plain-package.ts'

interface Kept {
  _id: string
  session: string
  expires?: Date
}

/** connect-mongo on a client that it is given. */
export const plainPackage: PlainPackage = {
  packages: ['connect-mongo', 'mongodb'],
  backend: 'mongodb',
  lacks: {},
  async open(url, { name = 'sessions' }) {
    const client = new MongoClient(url)
    const collectionName = name.replace(/\W/g, '_')
    const store = MongoStore.create({ clientPromise: client.connect(), collectionName })
    const kept = client.db().collection<Kept>(collectionName)
    return {
      store,
      async look(id) {
        const found = await kept.findOne({ _id: id })
        return found && (found.expires?.getTime() ?? Number.POSITIVE_INFINITY)
      },
      async damage(id) {
        const expires = new Date(Date.now() + 60_000)
        await kept.insertOne({ _id: id, session: '{"cookie":', expires })
      },
      close: () => store.close(),
    }
  },
}
