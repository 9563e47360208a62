import { Agent } from 'node:http'
import { Agent as TlsAgent } from 'node:https'
import sdk from 'aws-sdk'
import type { Place } from './dynamo-address.ts'
import type { Answer, OpenClient } from './dynamo-call.ts'

// The SDK says at each start that it is past the end of its support; README.md says it here.
process.env.AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE = '1'

/** What the AWS SDK, version 2, is told in place of its defaults. */
export function configure(client: Place['client'], timeoutMs: number) {
  const isPlain = client.endpoint?.startsWith('http:')
  return {
    ...client,
    // It would try ten times more, for half a minute.
    maxRetries: 1,
    httpOptions: {
      // It would open a connection for each request, and wait two minutes for an answer.
      agent: isPlain ? new Agent({ keepAlive: true }) : new TlsAgent({ keepAlive: true }),
      connectTimeout: timeoutMs,
      timeout: timeoutMs,
    },
  }
}

/** Opens a client of the AWS SDK, version 2. */
export const openClient: OpenClient = (client, timeoutMs) => {
  const config = configure(client, timeoutMs)
  const dynamo = new sdk.DynamoDB(config)
  return {
    call: (operation, input) => dynamo.makeRequest(operation, input).promise() as Promise<Answer>,
    close: () => config.httpOptions.agent.destroy(),
  }
}
