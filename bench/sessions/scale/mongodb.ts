import { MongoStore } from 'connect-mongo'
import { MongoClient } from 'mongodb'
import { eachNumber, fillPlain, type OpenFilled, plainCount, storedOf } from './sessions.ts'

/** MongoDB, weighed by what it says of its collections. */
export const openFilled: OpenFilled = (url, backend) => {
  const client = new MongoClient(url)
  const sizeOf = async (collStats: string) => {
    const { size, totalIndexSize } = await client.db().command({ collStats })
    return size + totalIndexSize
  }
  return {
    fill: (from, to) => eachNumber(from, to, (number) => backend.insert(storedOf(number))),
    bytes: () => sizeOf('sess'),
    async plainBytes() {
      await fillPlain(MongoStore.create({ client, collectionName: 'plain' }))
      return (await sizeOf('plain')) / plainCount
    },
    close: () => client.close(),
  }
}
