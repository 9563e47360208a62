import { createHash } from 'node:crypto'
import type { Stored } from './contract.ts'
import type { Place } from './dynamo-address.ts'

// DynamoDB's API, as far as it is used, and a session as an item of it.

/** A value in the API, under the letter of its type; numbers are strings. */
export interface Value {
  S?: string
  N?: string
  NULL?: boolean
  SS?: string[]
  M?: Item
}

export type Item = Record<string, Value>

export type Operation =
  | 'getItem'
  | 'batchGetItem'
  | 'putItem'
  | 'updateItem'
  | 'deleteItem'
  | 'scan'
  | 'describeTable'
  | 'createTable'
  | 'describeTimeToLive'
  | 'updateTimeToLive'

/** What the app reads of the output of any operation. */
export interface Output {
  Item?: Item
  Items?: Item[]
  LastEvaluatedKey?: Item
  Responses?: Record<string, Item[]>
  UnprocessedKeys?: Record<string, { Keys: Item[] }>
  Table?: {
    TableStatus: string
    KeySchema: { AttributeName: string }[]
    BillingModeSummary?: { BillingMode: string }
  }
  TimeToLiveDescription?: { TimeToLiveStatus: string; AttributeName?: string }
}

/** Calls an operation by either version of the SDK, with its input as DynamoDB's API has it; an error has the name that the API gives it. */
export type Call = (operation: Operation, input: object) => Promise<Output>

/** Opens a client of either version of the SDK, whose calls take no longer than `timeoutMs`. */
export type OpenClient = (
  client: Place['client'],
  timeoutMs: number,
) => { call: Call; close(): void }

/** Whether an error has this name in the API. */
export function isNamed(error: unknown, name: string): boolean {
  return (error as Error).name === name
}

/** Whether DynamoDB is there, and refused what it was asked: without rights or a table, of a wrong form, too large. */
export const isRefusal = (error: unknown): boolean =>
  /^(AccessDenied|ResourceNotFound|Validation|ItemCollectionSizeLimitExceeded)Exception$/.test(
    ((error as Error).cause as Error | undefined)?.name ?? (error as Error).name,
  )

/** The key of the table, named as the package dynamodb-store does by default. */
export const keyName = 'sessionId'

/** The attribute by which DynamoDB's TTL removes an item, in whole seconds. */
export const ttlName = 'expires'

// DynamoDB's clock may be another: it removes an item so long after its end, which is in the item, exact.
const spareSeconds = 3600

/** A time in ms as a TTL, by which nothing is removed too early. */
export const toTtl = (ms: number): Value => ({ N: String(Math.ceil(ms / 1000) + spareSeconds) })

/** Creates the keys of sessions and of owners, whose names are hashed because they may be longer than a key. */
export function createKeys(prefix: string) {
  const hash = (owner: string) => createHash('sha256').update(owner).digest('hex')
  const key = (text: string): Item => ({ [keyName]: { S: prefix + text } })
  return {
    session: key,
    owner: (owner: string) => key(`owner:${hash(owner)}`),
    /** The id in the key of an item; empty when the item is not a session. */
    idOf: (item: Item) =>
      /^[0-9a-f]{64}$/.exec(item[keyName]?.S?.slice(prefix.length) ?? '')?.[0] ?? '',
  }
}

/** An owner as an attribute. */
export const toOwner = (owner: string | null): Value =>
  owner === null ? { NULL: true } : { S: owner }

/** A session as an item, with the layout of dynamodb-store so that one table serves either store; it has its expiry twice, for the TTL and exact to the ms. */
export function toItem(key: Item, { owner, rev, expires, data }: Stored): Item {
  const record: Item = {
    owner: toOwner(owner),
    rev: { N: String(rev) },
    expires: { N: String(expires) },
    data: { S: data },
  }
  return { ...key, [ttlName]: toTtl(expires), sess: { M: record } }
}

/** The session in an item of `toItem`. */
export function fromItem(id: string, item: Item): Stored {
  const { owner, rev, expires, data } = item.sess?.M ?? {}
  return {
    id,
    owner: owner?.S ?? null,
    rev: Number(rev?.N ?? 0),
    expires: Number(expires?.N ?? 0),
    data: data?.S ?? '',
  }
}
