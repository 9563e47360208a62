import { openClient } from './index.ts'
import { readPlainItems } from './plain-items.ts'

/** What adopt reads: the sessions of dynamodb-store. */
export const plainSessions = readPlainItems(openClient)
