declare module 'dynamodb-store' {
  import type { DynamoDB } from 'aws-sdk'
  import { type SessionData, Store } from 'express-session'

  interface Options {
    table?: { name?: string; hashKey?: string; hashPrefix?: string }
    dynamoConfig?: DynamoDB.ClientConfiguration
    keepExpired?: boolean
  }

  /** The package, which has no types of its own, as far as it is used here. */
  export default class DynamoDBStore extends Store {
    constructor(options?: Options, callback?: (error?: Error) => void)
    readonly dynamoService: DynamoDB
    createTableIfDontExists(callback: (error?: Error) => void): Promise<void>
    getExpirationDate(session: SessionData): Date
    get(sid: string, done: (error: unknown, session?: SessionData | null) => void): void
    set(sid: string, session: SessionData, done?: (error?: unknown) => void): void
    destroy(sid: string, done?: (error?: unknown) => void): void
  }
}
