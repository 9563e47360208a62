import DynamoDBStore from 'dynamodb-store'
import type { SessionData } from 'express-session'
import type { ConnectSession } from './over-connect-store.ts'

/** The package's store, for sessions that say themselves when they end, on a table that somebody else makes. */
export class TamedStore extends DynamoDBStore {
  // The package makes a table at its start, without a TTL, and ends the process when it may not.
  override async createTableIfDontExists() {}

  // It gives a day to all but the cookies of express-session, and cuts an end to the second before it.
  override getExpirationDate(session: SessionData) {
    const { expires } = session as ConnectSession
    return new Date(Math.ceil(expires / 1000) * 1000)
  }
}
