import { setTimeout as pause } from 'node:timers/promises'
import { MongoStore } from 'connect-mongo'
import { MongoClient, MongoServerError } from 'mongodb'
import { nameFromPrefix, type OpenBackend } from './contract.ts'
import { diagnose } from './diagnose.ts'
import { overConnectStore, type StoredRecord, toStored } from './over-connect-store.ts'

/** Where the backend is when SESSION_STORE_URL does not say. */
export const defaultUrl = 'mongodb://127.0.0.1:27017/sessions'

/** The addresses that are for this store. */
export const protocols = ['mongodb:', 'mongodb+srv:']

/** The name of the store, as the account page shows it. */
export const storeName = 'MongoDB'

/** A session's document; it has `expires` twice, as the date that the TTL index needs and exact to the ms in the record. */
interface SessionDocument {
  _id: string
  expires: Date
  session: StoredRecord
}

/** Whether a document is a session; the collection may hold those of another app, such as connect-mongo's. */
const isSession = ({ _id, session }: Partial<SessionDocument>) =>
  /^[0-9a-f]{64}$/.test(String(_id)) && typeof session?.data === 'string'

// The server's clock may be another: its TTL removes a session so long after its end, which is in the record, exact.
const spareSeconds = 3600
// A collection that was dropped has no indexes when it comes back by a write.
const prepareEveryMs = 60_000
// No rights, no room, not the primary, a wrong document, one that is too large.
const refusedCodes = [13, 14031, 10107, 13435, 121, 10334]

/** Lets an index stay that has another time, as those of earlier versions and of connect-mongo have. */
function orOther(error: unknown): void {
  if ((error as MongoServerError).code !== 85) throw error
}

// Several hosts with commas between them are no URL, and a path or an option with an @ is the rest of a password.
const host = String.raw`([^\s,:/?#@[\]]+|\[[^\]@]+\])(:\d+)?`
const readable = new RegExp(
  String.raw`^mongodb(\+srv)?://([^/?#@]*@)?${host}(,${host})*([/?][^#@]*)?$`,
)

/** A client none of whose steps takes longer than `timeoutMs`, of the address that `setting` says; it connects later. Throws, without the password, when the address cannot be read. */
export function createClient(
  url: string,
  timeoutMs: number,
  setting = 'SESSION_STORE_URL',
): MongoClient {
  if (!readable.test(url)) {
    // Where there is no @, what follows // may be a password without its host.
    const shown = url.replace(/:(.*@|[^@]*$)/s, '://***@')
    throw new Error(
      `${setting} is "${shown}", which cannot be read; write mongodb://user:password@host:port/database, in a password with %2F for /, %23 for #, %3F for ?, %40 for @ and %25 for %`,
    )
  }
  return new MongoClient(url, {
    serverSelectionTimeoutMS: timeoutMs,
    connectTimeoutMS: timeoutMs,
    socketTimeoutMS: timeoutMs,
  })
}

/** Keeps sessions in MongoDB, whose TTL index removes each one an hour after it has expired. */
export const openBackend: OpenBackend = async (url, { prefix, timeoutMs, onError }) => {
  const client = createClient(url, timeoutMs)
  const collectionName = nameFromPrefix(prefix)
  const sessions = client.db().collection<SessionDocument>(collectionName)

  let indexing: Promise<void> | undefined
  let indexedAt = 0
  // connect-mongo makes its index once, at boot, and ends the process when that fails.
  function prepare(): Promise<void> {
    if (Date.now() > indexedAt + prepareEveryMs) indexing = undefined
    if (!indexing) indexedAt = Date.now()
    indexing ??= Promise.all([
      sessions.createIndex({ expires: 1 }, { expireAfterSeconds: spareSeconds }).catch(orOther),
      sessions.createIndex({ 'session.owner': 1 }, { sparse: true }),
    ])
      .then(() => {})
      .catch((error: unknown) => {
        indexing = undefined
        throw error
      })
    return indexing
  }

  const store = MongoStore.create({
    client,
    collectionName,
    autoRemove: 'disabled',
    stringify: false,
  })
  const plain = overConnectStore(store)
  const alive = () => ({ expires: { $gt: new Date() } })
  let closed = false
  // A client whose first connection failed stays closed for ever, unless it is told to connect again.
  async function connect(): Promise<void> {
    while (!closed) {
      try {
        await client.connect()
        await prepare()
        return
      } catch (error) {
        if (!closed) onError(error as Error)
        await pause(200)
      }
    }
  }
  await Promise.race([connect(), pause(timeoutMs, undefined, { ref: false })])

  return {
    ...plain,

    async insert(stored) {
      await prepare()
      await plain.insert(stored)
    },

    // connect-mongo's `set` is an upsert: it would bring back a session that was logged out.
    async replace({ id, ...record }, rev) {
      const change = { $set: { session: record, expires: new Date(record.expires) } }
      const filter = { _id: id, ...alive() }
      const { matchedCount } = await sessions.updateOne({ ...filter, 'session.rev': rev }, change)
      if (matchedCount === 1) return 'done'
      return (await sessions.findOne(filter)) ? 'changed' : 'gone'
    },

    // Its `touch` fails for a session that is gone (jdesboeufs/connect-mongo#459) and brings back an expired one.
    async touch(id, expires) {
      const { matchedCount } = await sessions.updateOne(
        { _id: id, ...alive() },
        { $set: { 'session.expires': expires, expires: new Date(expires) } },
      )
      return matchedCount === 1
    },

    async owned(owner) {
      const found = await sessions.find({ 'session.owner': owner, ...alive() }).toArray()
      return found.map(({ _id, session }) => toStored(_id, session))
    },

    async *scan() {
      for await (const document of sessions.find(alive())) {
        if (isSession(document)) yield toStored(document._id, document.session)
      }
    },

    sweep: async () => 0,
    prepare,
    async ping() {
      await prepare()
      const expires = new Date(Date.now() + 60_000)
      await sessions.updateOne({ _id: 'ping' }, { $set: { expires } }, { upsert: true })
    },
    isRefusal: (error) =>
      error instanceof MongoServerError && refusedCodes.includes(Number(error.code)),
    diagnose: () => diagnose(client, sessions),
    async close() {
      closed = true
      await client.close()
    },
  }
}
