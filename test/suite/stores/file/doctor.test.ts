import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { nameFromPrefix } from '../../../src/session/backend/contract.ts'
import { assertFault, examine } from '../conformance/doctor.ts'
import { type Suite, startSuite } from '../conformance/suite.ts'

describe('npm run doctor, of the folder of the files', () => {
  let suite: Suite
  before(async () => {
    suite = await startSuite({ own: true })
  })
  after(() => suite?.stop())

  it('finds that others can use it', async (test) => {
    if (process.platform === 'win32') return test.skip('declared: on Windows a mode says nothing')
    const { SESSION_STORE_URL = '', SESSION_KEY_PREFIX = '' } = suite.env
    const folder = join(SESSION_STORE_URL.replace('file:', ''), nameFromPrefix(SESSION_KEY_PREFIX))
    chmodSync(folder, 0o755)
    assertFault(await examine(suite.env), 'files', new RegExp(`^chmod 0700 ${folder}$`))
  })
})
