import { maxLifeSeconds } from '../settings.ts'
import { type Call, type createKeys, fromItem, type Item, toTtl, ttlName } from './api.ts'
import type { Stored } from './contract.ts'

/** Opens the index of owners: an item for each, with the ids of the sessions, because a secondary index of DynamoDB is only eventually consistent. */
export function openOwners(call: Call, table: string, keys: ReturnType<typeof createKeys>) {
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
