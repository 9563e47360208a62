import { dynamoOperation, startDynamo } from './dynamo-server.ts'
import type { TestBackend } from './test-backend.ts'

/** Starts an empty DynamoDB Local. */
export const testBackend: TestBackend = {
  start: startDynamo,
  operation: dynamoOperation,
}
