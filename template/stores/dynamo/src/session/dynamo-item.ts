import { createHash } from 'node:crypto'
import type { Stored } from './backend.ts'

/** A value as DynamoDB's API has it, under the letter of its type; numbers are texts. */
export interface Value {
  S?: string
  N?: string
  NULL?: boolean
  SS?: string[]
  M?: Item
}

export type Item = Record<string, Value>

/** The key of the table, as the package dynamodb-store names it by default. */
export const keyName = 'sessionId'

/** The attribute by which DynamoDB's TTL removes an item, in whole seconds. */
export const ttlName = 'expires'

/** A time in ms as a TTL: rounded up, so that nothing is removed too early. */
export const toTtl = (ms: number): Value => ({ N: String(Math.ceil(ms / 1000)) })

/** The key of a session, or of the index of an owner, whose name may be longer than a key. */
export function createKeys(prefix: string) {
  const hash = (owner: string) => createHash('sha256').update(owner).digest('hex')
  const key = (text: string): Item => ({ [keyName]: { S: prefix + text } })
  return {
    session: key,
    owner: (owner: string) => key(`owner:${hash(owner)}`),
    /** The id in the key of an item; empty when the item is no session. */
    idOf: (item: Item) =>
      /^[0-9a-f]{64}$/.exec(item[keyName]?.S?.slice(prefix.length) ?? '')?.[0] ?? '',
  }
}

/** A user as an attribute. */
export const toOwner = (owner: string | null): Value =>
  owner === null ? { NULL: true } : { S: owner }

/** A session as an item, like one of dynamodb-store, so that the table serves either store; its end stands twice, for the TTL and exact to the ms. */
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
