import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { chosenStores } from '../chosen-stores.ts'
import { lacksDocker } from './emitted-app.ts'
import { startServerOf, testVariant } from './variant-app.ts'

const skipped = chosenStores().includes('custom') ? false : 'other stores were chosen'

/** A `custom-store.ts` whose `openStore` has this body; these packages have no types, and are called as an old app would. */
const customStore = (body: string) => `import { createRequire } from 'node:module'
import session from 'express-session'

const require = createRequire(import.meta.url)

export async function openStore(address: string) {
  ${body}
}
`

describe('an app with a store of its own passes its own tests', { skip: skipped }, () => {
  it('by session-file-store', async (test) => {
    const folder = mkdtempSync(join(tmpdir(), 'custom-'))
    test.after(() => rmSync(folder, { recursive: true }))
    await testVariant(test, 'custom-session-file-store', {
      store: 'custom',
      url: `custom:${folder}`,
      files: {
        'src/session/backend/custom-store.ts': customStore(
          `const FileStore = require('session-file-store')(session)
  return { store: new FileStore({ path: address, retries: 0, logFn: () => {} }) }`,
        ),
      },
      lacks: { sharing: undefined, scan: 'session-file-store has no all' },
    })
  })

  it('by connect-memcached', async (test) => {
    if (lacksDocker(test)) return
    await testVariant(test, 'custom-connect-memcached', {
      store: 'custom',
      url: `custom://${await startServerOf(test, 'memcached', 11211)}`,
      files: {
        'src/session/backend/custom-store.ts': customStore(
          // After so many failures it would run the program ping, and take a server for dead for hours.
          `const MemcachedStore = require('connect-memcached')(session)
  const patience = { timeout: 5000, retries: 0, retry: 100, failures: 1e6, failuresTimeout: 1000 }
  const store = new MemcachedStore({ hosts: address, ...patience })
  return { store, close: () => store.client.end() }`,
        ),
      },
      lacks: { sharing: undefined, server: undefined, scan: 'connect-memcached has no all' },
      // It hands over a lifetime of more than 30 days as it is, and Memcached takes that for a date in 1970.
      // Its client keeps a connection that has gone silent.
      skip: 'days away|what a request costs|whose connections have gone silent',
    })
  })

  it('by connect-dynamodb', async (test) => {
    if (lacksDocker(test)) return
    await testVariant(test, 'custom-connect-dynamodb', {
      store: 'custom',
      url: `custom://${await startServerOf(test, 'dynamo', 8000)}`,
      files: {
        'src/session/backend/custom-store.ts': customStore(
          // By itself it would end the process when the server is away, or when two requests make the table.
          `const { DynamoDBClient } = require('@aws-sdk/client-dynamodb')
  const DynamoStore = require('connect-dynamodb')(session)
  const place = {
    endpoint: 'http://' + address,
    region: 'local',
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
  }
  const limits = { connectionTimeout: 5000, requestTimeout: 5000, throwOnRequestTimeout: true }
  const client = new DynamoDBClient({ ...place, maxAttempts: 1, requestHandler: limits })
  await new DynamoStore({ client }).createSessionsTable().catch(() => {})
  const store = new DynamoStore({ client, initialized: true })
  return { store, close: () => client.destroy() }`,
        ),
      },
      lacks: { sharing: undefined, server: undefined, scan: 'connect-dynamodb has no all' },
      skip: 'what a request costs',
    })
  })
})
