import { Wait } from 'testcontainers'
import { startContainer } from './container.ts'
import type { Lacks } from './site.ts'

/** What this store cannot do, with the reason. */
export const lacks: Lacks = {
  creation:
    'make its table at the first use: "npm run setup" makes it, so that the app needs no rights to make tables',
}

/** Starts an empty DynamoDB Local for the tests. */
export async function startBackend() {
  // It refuses a request without credentials, once it takes requests.
  const ready = Wait.forHttp('/', 8000).forStatusCode(400)
  const { address, stop } = await startContainer(8000, ready)
  return { url: `dynamodb+http://${address}`, stop }
}
