import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, it, type TestContext } from 'node:test'
import { createClient } from 'redis'
import { assertNoLeaks, noteSecret } from '../security/leaks.ts'
import { shareSecureApp } from '../security/shared-app.ts'
import { useEverything } from '../security/use-everything.ts'

const document = new URL('../../../README.md', import.meta.url)

describe('a user of the server with the rights that README.md names', () => {
  const { suite } = shareSecureApp()

  /** Makes the user by the line of the document, for the keys of this run; resolves to its address. */
  async function makeUser(test: TestContext): Promise<string> {
    const { SESSION_STORE_URL = '', SESSION_KEY_PREFIX = '' } = suite().env
    const line = /^ACL SETUSER .*$/m.exec(readFileSync(document, 'utf8'))?.[0] ?? ''
    const name = `app${randomBytes(4).toString('hex')}`
    const password = randomBytes(12).toString('hex')
    noteSecret('password', password)
    const words = line
      .replace(' app ', ` ${name} `)
      .replace('>password', `>${password}`)
      .replace('~sess:', `~${SESSION_KEY_PREFIX}`)
    const admin = createClient({ url: SESSION_STORE_URL })
    await admin.connect()
    test.after(async () => {
      await admin.del('others:2')
      await admin.sendCommand(['ACL', 'DELUSER', name])
      admin.destroy()
    })
    await admin.sendCommand(words.split(' '))
    // Whoever lists sessions must leave it alone.
    await admin.set('others:2', 'of others')
    return Object.assign(new URL(SESSION_STORE_URL), { username: name, password }).href
  }

  it('is enough for the app and its commands, and can do no harm to others [ASVS 13.2.2]', async (test) => {
    if (!/^rediss?:/.test(suite().env.SESSION_STORE_URL ?? '')) {
      test.skip('declared: the test makes its user on one server, not on a cluster or by sentinels')
      return
    }
    const url = await makeUser(test)
    await useEverything(test, suite(), { SESSION_STORE_URL: url })
    const client = createClient({ url })
    await client.connect()
    const forbidden = ['FLUSHALL', 'CONFIG GET *', 'KEYS *', 'GET others:2', 'SET others:2 x']
    for (const command of forbidden) {
      await assert.rejects(client.sendCommand(command.split(' ')), /NOPERM/, command)
    }
    // Before its user goes, which would break its connection.
    client.destroy()
  })

  it('gives no secret away [ASVS 16.2.5]', () => assertNoLeaks(suite()))
})
