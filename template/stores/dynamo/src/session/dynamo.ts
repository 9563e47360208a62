import { randomUUID } from 'node:crypto'
import type { BackendOptions, SessionBackend, Stored } from './backend.ts'
import type { Place } from './dynamo-address.ts'
import { type Answer, type Call, isNamed, type OpenClient } from './dynamo-call.ts'
import { createKeys, fromItem, type Item, keyName, toItem, toTtl, ttlName } from './dynamo-item.ts'
import { prepareTable, tellOfTable } from './dynamo-table.ts'

type Plain = Pick<SessionBackend, 'read' | 'insert' | 'remove' | 'adopt'>

// Making a table takes longer than a session may.
const patienceMs = 10_000

const isLive = `sess.expires > :now`
const now = (): Item => ({ ':now': { N: String(Date.now()) } })

/** Keeps sessions in a table of DynamoDB by a client of either version of the SDK, and what does the plain reading, inserting and removing on it. */
export function overDynamo(
  { table, client }: Place,
  { prefix, absoluteMs, timeoutMs }: BackendOptions,
  open: OpenClient,
  plainOver: (call: Call) => Plain,
): SessionBackend {
  const { call: ask, close } = open(client, timeoutMs)
  const call = tellOfTable(table, ask)
  const plain = plainOver(ask)
  const insert = tellOfTable(table, plain.insert)
  const keys = createKeys(prefix)
  const TableName = table

  /** Writes on a condition; `old` is what was there before, or is there and did not meet it. */
  async function write(operation: 'putItem' | 'updateItem', input: object) {
    const back = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }
    try {
      const { Attributes } = await call(operation, { TableName, ...back, ...input })
      return { isDone: true, old: Attributes }
    } catch (error) {
      if (!isNamed(error, 'ConditionalCheckFailedException')) throw error
      return { isDone: false, old: (error as Answer).Item }
    }
  }

  // The index is an item per owner, since a secondary index of DynamoDB is only right some time later.
  async function index({ id, owner }: Stored) {
    if (owner === null) return
    await call('updateItem', {
      TableName,
      Key: keys.owner(owner),
      UpdateExpression: `SET ${ttlName} = :end ADD ids :ids`,
      ExpressionAttributeValues: { ':end': toTtl(Date.now() + absoluteMs), ':ids': { SS: [id] } },
    })
  }

  /** The items of up to any number of keys that are there. */
  async function readAll(wanted: Item[]): Promise<Item[]> {
    if (wanted.length === 0) return []
    const batch = { Keys: wanted.slice(0, 100), ConsistentRead: true }
    const { Responses, UnprocessedKeys } = await call('batchGetItem', {
      RequestItems: { [table]: batch },
    })
    const left = [...(UnprocessedKeys?.[table]?.Keys ?? []), ...wanted.slice(100)]
    return [...(Responses?.[table] ?? []), ...(await readAll(left))]
  }

  const stored = (item: Item) => fromItem(keys.idOf(item), item)

  return {
    ...plain,
    read: tellOfTable(table, plain.read),
    remove: tellOfTable(table, plain.remove),

    // The session first: `owned` takes an id without one out of the index.
    async insert(record) {
      await insert(record)
      await index(record)
    },

    async replace(record, rev) {
      const mine = randomUUID()
      const { isDone, old } = await write('putItem', {
        Item: { ...toItem(keys.session(record.id), record), write: { S: mine } },
        ConditionExpression: `${isLive} AND sess.rev = :rev`,
        ExpressionAttributeValues: { ...now(), ':rev': { N: String(rev) } },
        ReturnValues: 'ALL_OLD',
      })
      const kept = old && stored(old)
      // The SDK sends a request again when its answer was lost, and then finds its own write.
      const wasDone = old?.write?.S === mine
      if (wasDone || (isDone && kept?.owner !== record.owner)) await index(record)
      if (isDone || wasDone) return 'done'
      return kept && kept.expires > Date.now() ? 'changed' : 'gone'
    },

    async extend(id, expires) {
      const { isDone } = await write('updateItem', {
        Key: keys.session(id),
        UpdateExpression: `SET sess.expires = :ms, ${ttlName} = :end`,
        ConditionExpression: isLive,
        ExpressionAttributeValues: {
          ...now(),
          ':ms': { N: String(expires) },
          ':end': toTtl(expires),
        },
      })
      return isDone
    },

    async owned(owner) {
      const Key = keys.owner(owner)
      const { Item } = await call('getItem', { TableName, Key, ConsistentRead: true })
      const ids = Item?.ids?.SS ?? []
      const found = (await readAll(ids.map(keys.session))).map(stored)
      const alive = found.filter((each) => each.owner === owner && each.expires > Date.now())
      const gone = ids.filter((id) => !alive.some((each) => each.id === id))
      if (gone.length > 0) {
        const UpdateExpression = 'DELETE ids :ids'
        const ExpressionAttributeValues = { ':ids': { SS: gone } }
        await call('updateItem', { TableName, Key, UpdateExpression, ExpressionAttributeValues })
      }
      return alive
    },

    async *scan() {
      let from: Item | undefined
      do {
        const { Items = [], LastEvaluatedKey } = await call('scan', {
          TableName,
          ConsistentRead: true,
          FilterExpression: `begins_with(${keyName}, :prefix) AND ${isLive}`,
          ExpressionAttributeValues: { ...now(), ':prefix': { S: prefix } },
          ...(from && { ExclusiveStartKey: from }),
        })
        // Another prefix may begin alike.
        yield* Items.filter(keys.idOf).map(stored)
        from = LastEvaluatedKey
      } while (from)
    },

    sweep: async () => 0,
    async prepare() {
      const patient = open(client, patienceMs)
      await prepareTable(patient.call, table).finally(patient.close)
    },
    // A read, since an app needs no rights to describe tables.
    ping: async () =>
      void (await call('getItem', { TableName, Key: keys.session('ping'), ConsistentRead: true })),
    close: async () => close(),
  }
}
