import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { ttlName } from '../../../src/session/backend/api.ts'
import { diagnose } from '../../../src/session/backend/diagnose.ts'
import { readAddress } from '../../../src/session/backend/dynamo-address.ts'
import { openClient } from '../../../src/session/backend/index.ts'
import { assertFault, examine } from '../conformance/doctor.ts'
import { type Suite, startSuite } from '../conformance/suite.ts'
import { openRefusing } from './refusing.ts'

describe('npm run doctor, of the table', () => {
  let suite: Suite
  before(async () => {
    suite = await startSuite()
  })
  after(() => suite?.stop())

  const another = () => ({ SESSION_KEY_PREFIX: `doctor${randomBytes(4).toString('hex')}:` })

  it('finds that it is missing', async () => {
    const found = await examine({ ...suite.env, ...another() })
    assertFault(found, 'store', /npm run setup/)
  })

  it('finds that its TTL is off', async (test) => {
    const env = another()
    const url = String(suite.env.SESSION_STORE_URL)
    const { table: TableName, client } = readAddress(url, env.SESSION_KEY_PREFIX)
    const { call, close } = openClient(client, 10_000)
    test.after(close)
    const backend = await suite.open(test, env)
    await backend.prepare()
    assert.deepEqual((await examine({ ...suite.env, ...env })).faults, [])
    const specification = { AttributeName: ttlName, Enabled: false }
    await call('updateTimeToLive', { TableName, TimeToLiveSpecification: specification })
    assertFault(await examine({ ...suite.env, ...env }), 'expiry', /npm run setup turns it on/)
  })

  it('has nothing against a role that may not ask', async () => {
    const { findings } = await diagnose(
      async () => {
        throw Object.assign(new Error('Refused'), { name: 'AccessDeniedException' })
      },
      { table: 'sess', ttlName },
    )
    assert.deepEqual(
      findings?.map(({ check, cure }) => [check, cure]),
      [['expiry', undefined]],
    )
  })

  it('finds a role without rights', async (test) => {
    const url = String(suite.env.SESSION_STORE_URL)
    const SESSION_STORE_URL = await openRefusing(test, url, 'AccessDeniedException')
    assertFault(await examine({ ...suite.env, SESSION_STORE_URL }), 'store', /rights/)
  })
})
