import { randomUUID } from 'node:crypto'
import { maxLifeSeconds } from '../settings.ts'
import {
  type Call,
  createKeys,
  fromItem,
  type Item,
  isNamed,
  isRefusal,
  keyName,
  type OpenClient,
  type Output,
  toItem,
  toOwner,
  toTtl,
  ttlName,
} from './api.ts'
import type { BackendOptions, SessionBackend, Stored } from './contract.ts'
import { diagnose } from './diagnose.ts'
import type { Place } from './dynamo-address.ts'
import { explainMissingTable, prepareTable } from './table.ts'

type Plain = Pick<SessionBackend, 'read' | 'insert' | 'remove'>

// Making a table takes longer than a call for a session may.
const prepareTimeoutMs = 10_000

const isLive = `sess.expires > :now`
const now = (): Item => ({ ':now': { N: String(Date.now()) } })

/** Keeps sessions in a table of DynamoDB by a client of either version of the SDK; `plainOver` does the plain reading, inserting and removing with it. */
export function overDynamo(
  { table, client }: Place,
  { prefix, timeoutMs }: BackendOptions,
  open: OpenClient,
  plainOver: (call: Call) => Plain,
): SessionBackend {
  const { call: ask, close } = open(client, timeoutMs)
  const call = explainMissingTable(table, ask)
  const plain = plainOver(ask)
  const insert = explainMissingTable(table, plain.insert)
  const keys = createKeys(prefix)
  const owners = openOwners(call, table, keys)
  const TableName = table

  /** Writes on a condition; `kept` is the item that exists and did not meet it. */
  async function write(operation: 'putItem' | 'updateItem', input: object) {
    const back = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }
    try {
      await call(operation, { TableName, ...back, ...input })
      return { isDone: true }
    } catch (error) {
      if (!isNamed(error, 'ConditionalCheckFailedException')) throw error
      return { isDone: false, kept: (error as Output).Item }
    }
  }

  const stored = (item: Item) => fromItem(keys.idOf(item), item)

  /** Writes over a session that belongs to `from`; where it belongs to another, the new owner's index gets it first. */
  async function replace(
    record: Stored,
    rev: number,
    from: string | null,
  ): ReturnType<SessionBackend['replace']> {
    const mine = randomUUID()
    const { isDone, kept } = await write('putItem', {
      Item: { ...toItem(keys.session(record.id), record), write: { S: mine } },
      ConditionExpression: `${isLive} AND sess.rev = :rev AND sess.#owner = :from`,
      ExpressionAttributeNames: { '#owner': 'owner' },
      ExpressionAttributeValues: {
        ...now(),
        ':rev': { N: String(rev) },
        ':from': toOwner(from),
      },
    })
    // The SDK sends a request again when its response was lost, and then finds its own write.
    if (isDone || kept?.write?.S === mine) return 'done'
    const found = kept && stored(kept)
    if (!found || found.expires <= Date.now()) return 'gone'
    if (found.rev !== rev || found.owner === from) return 'changed'
    // The index first: after a failure between the two steps, `owned` would never find the session.
    await owners.add(record)
    return replace(record, rev, found.owner)
  }

  return {
    ...plain,
    read: explainMissingTable(table, plain.read),
    remove: explainMissingTable(table, plain.remove),

    // The session first: `owned` takes an id without a session out of the index.
    async insert(record) {
      await insert(record)
      await owners.add(record)
    },

    replace: (record, rev) => replace(record, rev, record.owner),

    async touch(id, expires) {
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

    owned: owners.read,

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
      const slow = open(client, prepareTimeoutMs)
      await prepareTable(slow.call, { table, keyName, ttlName }).finally(slow.close)
    },
    async ping() {
      const end = { [ttlName]: toTtl(Date.now()) }
      await call('putItem', { TableName, Item: { ...keys.session('ping'), ...end } })
    },
    isRefusal,
    diagnose: () => diagnose(call, { table, ttlName }),
    close: async () => close(),
  }
}

/** Opens the index of owners: an item for each, with the ids of the sessions, because a secondary index of DynamoDB is only eventually consistent. */
function openOwners(call: Call, table: string, keys: ReturnType<typeof createKeys>) {
  const TableName = table

  /** The items that exist, of any number of keys. */
  async function readAll(wanted: Item[]): Promise<Item[]> {
    if (wanted.length === 0) return []
    const batch = { Keys: wanted.slice(0, 100), ConsistentRead: true }
    const { Responses, UnprocessedKeys } = await call('batchGetItem', {
      RequestItems: { [table]: batch },
    })
    const left = [...(UnprocessedKeys?.[table]?.Keys ?? []), ...wanted.slice(100)]
    return [...(Responses?.[table] ?? []), ...(await readAll(left))]
  }

  return {
    /** Puts a session into its owner's item, which outlives it even when SESSION_ABSOLUTE_SECONDS is raised meanwhile. */
    async add({ id, owner }: Stored) {
      if (owner === null) return
      const end = toTtl(Date.now() + maxLifeSeconds * 1000)
      await call('updateItem', {
        TableName,
        Key: keys.owner(owner),
        UpdateExpression: `SET ${ttlName} = :end ADD ids :ids`,
        ExpressionAttributeValues: { ':end': end, ':ids': { SS: [id] } },
      })
    },

    /** The live sessions of a user. */
    async read(owner: string): Promise<Stored[]> {
      const Key = keys.owner(owner)
      const { Item } = await call('getItem', { TableName, Key, ConsistentRead: true })
      const ids = Item?.ids?.SS ?? []
      const found = await readAll(ids.map(keys.session))
      const alive = found
        .map((item) => fromItem(keys.idOf(item), item))
        .filter(({ expires }) => expires > Date.now())
      // The id of a session that now belongs to another user stays, because it may come back while this runs.
      const gone = ids.filter((id) => !alive.some((each) => each.id === id))
      if (gone.length > 0) {
        const UpdateExpression = 'DELETE ids :ids'
        const ExpressionAttributeValues = { ':ids': { SS: gone } }
        await call('updateItem', { TableName, Key, UpdateExpression, ExpressionAttributeValues })
      }
      return alive.filter((each) => each.owner === owner)
    },
  }
}
