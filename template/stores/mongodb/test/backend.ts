import { MongoStore } from 'connect-mongo'
import { Wait } from 'testcontainers'
import { startContainer } from './container.ts'
import type { TestBackend } from './test-backend.ts'

/** Starts an empty MongoDB. */
export const testBackend: TestBackend = {
  async start() {
    const ready = Wait.forLogMessage(/waiting for connections/i)
    const { address, stop } = await startContainer(27017, ready)
    return { url: `mongodb://${address}/sessions`, stop }
  },
  // A message of the wire protocol (code 2013, no flags), whose first field is the command.
  operation: /\xdd.\0\0.{4}\0.{5}([A-Za-z]+)\0/gs,
  async openPlain(url) {
    const store = MongoStore.create({ mongoUrl: url })
    return { store, close: () => store.close() }
  },
}
