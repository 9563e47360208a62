import { DynamoDB } from '@aws-sdk/client-dynamodb'
import type { Answer, OpenClient } from './dynamo-call.ts'

/** Opens a client of the AWS SDK, version 3. */
export const openClient: OpenClient = (client, timeoutMs) => {
  const dynamo = new DynamoDB({
    ...client,
    // Once more, since DynamoDB may have closed a connection that was kept open.
    maxAttempts: 2,
    requestHandler: { connectionTimeout: timeoutMs },
  })
  return {
    call(operation, input) {
      const send = dynamo[operation] as (
        input: object,
        options: { abortSignal: AbortSignal },
      ) => Promise<Answer>
      return send.call(dynamo, input, { abortSignal: AbortSignal.timeout(timeoutMs) })
    },
    close: () => dynamo.destroy(),
  }
}
