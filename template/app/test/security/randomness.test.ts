import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import express from 'express'
import { readConfig } from '../../src/config.ts'
import { createSessions } from '../../src/session/middleware.ts'
import { assertNoLeaks } from './leaks.ts'
import { shareSecureApp } from './shared-app.ts'

const count = 2000
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
// Chi-square with 63 degrees of freedom goes beyond this once in some ten million times by chance.
const limit = 140

function chiSquare(characters: string[]): number {
  const expected = characters.length / alphabet.length
  const differences = [...alphabet].map(
    (each) => characters.filter((character) => character === each).length - expected,
  )
  return differences.reduce((sum, difference) => sum + difference ** 2 / expected, 0)
}

describe('session ids', () => {
  const { suite, app } = shareSecureApp()

  it(`are unique and evenly random, ${count} of them [ASVS 7.2.3, 11.5.1]`, async () => {
    const config = readConfig(suite().env)
    const sessions = createSessions(suite().backend, config, () => {})
    const site = express()
      .use(sessions.middleware)
      .get('/', ({ sessionID }, res) => void res.send(sessionID))
    const server = site.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const ids: string[] = []
    while (ids.length < count) {
      const some = Array.from({ length: 50 }, async () => (await fetch(origin)).text())
      ids.push(...(await Promise.all(some)))
    }
    server.close()

    for (const part of [(id: string) => id.slice(0, 8), (id: string) => id.slice(-8)])
      assert.equal(new Set(ids.map(part)).size, count)
    for (const id of ids) assert.match(id, /^[\w-]{22,}$/)
    for (let position = 0; position < 32; position++) {
      const value = chiSquare(ids.map((id) => id.charAt(position)))
      assert.ok(value < limit, `position ${position}: ${value}`)
    }
  })

  it('show up nowhere but in their cookies [ASVS 14.2.1, 16.2.5, 3.3.4]', async () => {
    await app().enter()
    await assertNoLeaks(suite())
  })
})
