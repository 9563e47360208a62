import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { type SecureSuite, startSecureSuite } from './app.ts'

const breached = 'quittengelee otter 7 umbrella'
const fine = 'kaleidoscope 9 zwieback otter'
const digestOf = (password: string) =>
  createHash('sha1').update(password).digest('hex').toUpperCase()

describe('a password that a list of breaches has', () => {
  let suite: SecureSuite
  const asked: string[] = []
  let answer = 200
  // What speaks as the range API of such lists does.
  const list = createServer((req, res) => {
    asked.push(String(req.url))
    const rest = digestOf(breached).slice(5)
    res.writeHead(answer).end(`${'0'.repeat(35)}:3\r\n${rest}:42\r\n${digestOf(fine).slice(5)}:0`)
  })
  before(async () => {
    suite = await startSecureSuite()
    list.listen(0, '127.0.0.1')
    await once(list, 'listening')
  })
  after(async () => {
    list.close()
    await suite?.stop()
  })

  const add = (name: string, password: string) => {
    const { port } = list.address() as AddressInfo
    const env = { PASSWORD_BREACH_LIST_URL: `http://127.0.0.1:${port}/range` }
    return suite.command('user.ts', ['add', name], { input: password, env })
  }

  it('is refused, and the list learns five digits of its hash only [ASVS 6.2.12]', async () => {
    answer = 200
    const { code, out } = await add('breached', breached)
    assert.notEqual(code, 0)
    assert.match(out, /breach/)
    assert.deepEqual(asked, [`/range/${digestOf(breached).slice(0, 5)}`])
    assert.equal((await add('fine', fine)).code, 0)
  })

  it('is taken while the list does not answer, and nothing is asked unless a list is set', async () => {
    answer = 503
    assert.equal((await add('meanwhile', breached)).code, 0)
    asked.length = 0
    assert.equal((await suite.command('user.ts', ['add', 'usual'], { input: fine })).code, 0)
    assert.deepEqual(asked, [])
  })
})
