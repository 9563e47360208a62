import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { chosenStores } from '../chosen-stores.ts'
import { lacksDocker } from './emitted-app.ts'
import { startServerOf, testVariant } from './variant-app.ts'

// The suite knows Redis commands at the wire, and no others.
const skip = 'what a request costs'

const skipped = chosenStores().includes('keyv') ? false : 'other stores were chosen'

describe('an app with keyv passes its own tests', { skip: skipped }, () => {
  it('in a file, by keyv-file', async (test) => {
    const folder = mkdtempSync(join(tmpdir(), 'keyv-'))
    test.after(() => rmSync(folder, { recursive: true }))
    await testVariant(test, 'keyv-in-a-file', {
      store: 'keyv',
      url: `file:${join(folder, 'sessions.json')}`,
      lacks: { sharing: 'one process at a time', server: 'there is no server' },
    })
  })

  it('in PostgreSQL, by @keyv/postgres', async (test) => {
    if (lacksDocker(test)) return
    const variables = { POSTGRES_USER: 'app', POSTGRES_PASSWORD: 'pass', POSTGRES_DB: 'sessions' }
    const address = await startServerOf(test, 'postgres', 5432, variables)
    await testVariant(test, 'keyv-in-postgres', {
      store: 'keyv',
      url: `postgres://app:pass@${address}/sessions`,
      skip,
    })
  })
})
