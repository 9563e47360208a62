import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { encode } from '@msgpack/msgpack'
import { createClient } from 'redis'
import { decodeRecord, recordId } from '../../../src/session/index.ts'
import { runSessions } from '../conformance/command.ts'
import { type Suite, startSuite } from '../conformance/suite.ts'

describe('npm run sessions -- adopt --flask', () => {
  let suite: Suite
  before(async () => {
    suite = await startSuite()
  })
  after(() => suite.stop())

  it('reads what Flask-Session keeps as JSON and as MessagePack, and says that nobody stays logged in', async (test) => {
    const url = String(suite.env.SESSION_STORE_URL)
    const prefix = `flask${randomBytes(4).toString('hex')}:`
    const client = createClient({ url })
    await client.connect()
    test.after(() => client.destroy())
    const held = { _permanent: true, user: 'alice', note: 'ünï' }
    const values = {
      json: JSON.stringify(held),
      msgpack: Buffer.from(encode(held)),
      none: 'neither',
    }
    const sids = new Map<string, string>()
    for (const [kind, value] of Object.entries(values)) {
      const sid = randomBytes(32).toString('base64url')
      sids.set(kind, sid)
      await client.set(prefix + sid, value, { expiration: { type: 'EX', value: 600 } })
    }
    const args = ['adopt', '--from', url, '--name', prefix, '--flask']
    const { code, err } = await runSessions(suite.env, args)
    assert.equal(code, 0, err)
    assert.match(err, /^Took 2 sessions, 2 of them logged in\. Left 1 that cannot be read\. Nobody/)
    for (const kind of ['json', 'msgpack']) {
      const stored = await suite.backend.read(recordId(sids.get(kind) ?? ''))
      const state = decodeRecord(stored, { idleMs: 600_000, absoluteMs: 600_000 })
      assert.deepEqual([stored?.owner, state?.fields.note], ['alice', 'ünï'], kind)
      assert.ok(Math.abs((stored?.expires ?? 0) - Date.now() - 600_000) < 60_000)
    }
    assert.equal(await client.exists([...sids.values()].map((sid) => prefix + sid)), 3)
  })
})
