import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, it, type TestContext } from 'node:test'
import { createRandom } from './random.ts'
import { createUser } from './user.ts'

/** What a site does wrong. */
interface Faults {
  keepsAfterLogout?: boolean
  losesNotes?: boolean
  losesVisits?: boolean
  isSomebodyElses?: boolean
  forgets?: boolean
}

/** A site with one session, that does what the app does, but for a fault. */
async function openSite(test: TestContext, faults: Faults) {
  let session: { user: string; note: string; visits: number } | null = null
  let reads = 0

  async function act(req: IncomingMessage): Promise<number> {
    const body = await text(req)
    if (req.url === '/login') {
      if (req.method === 'POST') {
        session = { user: faults.isSomebodyElses ? 'bob' : 'alice', note: '', visits: 0 }
      }
      return req.method === 'POST' ? 303 : 200
    }
    if (faults.forgets && ++reads % 10 === 0) session = null
    if (!session) return 401
    if (req.url === '/logout') {
      if (!faults.keepsAfterLogout) session = null
      return 303
    }
    if (req.url === '/api/note' && !faults.losesNotes) session.note = JSON.parse(body).note
    if (req.url === '/api/visits' && !faults.losesVisits) session.visits++
    return 200
  }

  const server = createServer(async (req, res) => {
    const status = await act(req)
    res.writeHead(status, { 'X-CSRF-Token': 'token', 'Set-Cookie': 'id=1' })
    res.end(JSON.stringify(session ?? {}))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  test.after(() => server.close())
  const stop = async () => {}
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    password: '',
    stop,
  }
}

/** What a user finds who does 200 things with a site. */
async function findViolations(test: TestContext, faults: Faults): Promise<string> {
  const user = createUser(await openSite(test, faults), 'alice', createRandom(1))
  let left = 200
  await user.run(() => left-- === 0, 0)
  await user.conclude(1)
  return user.violations.join('\n')
}

describe('the soak', { concurrency: true }, () => {
  it('finds nothing where nothing is wrong', async (test) => {
    assert.equal(await findViolations(test, {}), '')
  })

  const found: [Faults, RegExp][] = [
    [{ keepsAfterLogout: true }, /answered 200 after the logout/],
    [{ losesNotes: true }, /the note is ""; it should be "alice \d+"/],
    [{ losesVisits: true }, /0 visits; they should be \d/],
    [{ isSomebodyElses: true }, /showed what is bob's/],
    [{ forgets: true }, /answered 401 while logged in/],
  ]
  for (const [faults, message] of found) {
    it(`finds a site that ${Object.keys(faults).join()}`, async (test) => {
      assert.match(await findViolations(test, faults), message)
    })
  }

  it('does the same again for the same seed', () => {
    const draw = () => {
      const random = createRandom(11)
      return Array.from({ length: 100 }, () => random.between(0, 1000))
    }
    assert.deepEqual(draw(), draw())
    assert.ok(new Set(draw()).size > 50)
  })
})
