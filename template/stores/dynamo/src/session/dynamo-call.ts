import type { Place } from './dynamo-address.ts'
import type { Item } from './dynamo-item.ts'

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

/** What is read of the answers of all operations. */
export interface Answer {
  Item?: Item
  Items?: Item[]
  Attributes?: Item
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

/** Calls an operation with its input as DynamoDB's API has it, by either version of the SDK; an error has the API's name. */
export type Call = (operation: Operation, input: object) => Promise<Answer>

/** Opens either version of the SDK, whose calls then take no longer than `timeoutMs`. */
export type OpenClient = (
  client: Place['client'],
  timeoutMs: number,
) => { call: Call; close(): void }

/** Whether an error is the one that the API names so. */
export function isNamed(error: unknown, name: string): boolean {
  return (error as Error).name === name
}
