import { MongoBulkWriteError } from 'mongodb'
import { nameFromPrefix, type OpenUserTable, type UserRow } from './contract.ts'
import { createClient, storeName } from './index.ts'

/** A user's document. */
type UserDocument = Omit<UserRow, 'id'> & { _id: string }

const toDocument = ({ id, ...user }: UserRow): UserDocument => ({ _id: id, ...user })
const toRow = ({ _id, name, rev, data }: UserDocument): UserRow => ({ id: _id, name, rev, data })

/** Keeps users in a collection of the database of the sessions, which MongoDB makes with the first of them. */
export const openUserTable: OpenUserTable | null = (url, { prefix, timeoutMs }) => {
  const client = createClient(url, timeoutMs)
  const name = `${nameFromPrefix(prefix)}_users`

  /** A client whose first connection failed stays closed for ever, unless it is told to connect again. */
  async function open() {
    await client.connect()
    // Elsewhere somebody who was disabled just now might not be.
    return client.db().collection<UserDocument>(name, { readPreference: 'primary' })
  }

  return {
    place: `the collection "${name}" of ${storeName}`,
    prepare: async () => {},

    async find(id) {
      const found = await (await open()).findOne({ _id: id })
      return found && toRow(found)
    },

    async *scan() {
      for await (const found of (await open()).find().sort({ _id: 1 })) yield toRow(found)
    },

    async insert(users) {
      const collection = await open()
      const add = (documents: UserDocument[]) =>
        collection.insertMany(documents, { ordered: false }).then(() => true, orTaken)
      const documents = users.map(toDocument)
      // Once it is there, so are all the others.
      const last = documents.splice(-1)
      if (documents.length > 0) await add(documents)
      return add(last)
    },

    async replace({ id, ...user }, rev) {
      const collection = await open()
      return (await collection.updateOne({ _id: id, rev }, { $set: user })).matchedCount === 1
    },

    remove: async (id, rev) =>
      (await (await open()).deleteOne({ _id: id, rev })).deletedCount === 1,
    close: () => client.close(),
  }
}

function orTaken(error: unknown): false {
  const causes = error instanceof MongoBulkWriteError ? [error.writeErrors].flat() : [Object(error)]
  if (causes.length > 0 && causes.every(({ code }) => code === 11000)) return false
  throw error
}
