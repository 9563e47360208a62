import { Wait } from 'testcontainers'
import { startContainer } from './container.ts'

/** Starts an empty DynamoDB Local. */
export async function startDynamo() {
  // It refuses a request without credentials, once it takes requests.
  const ready = Wait.forHttp('/', 8000).forStatusCode(400)
  const { address, stop } = await startContainer(8000, ready)
  return { url: `dynamodb+http://${address}`, stop }
}

/** What an operation looks like in a request. */
export const dynamoOperation = /x-amz-target: DynamoDB_20120810\.(\w+)/gi
