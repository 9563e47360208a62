import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import * as testBackend from '../../backend.ts'
import { lacks } from '../conformance/suite.ts'
import { endConnections } from '../store/harm.ts'
import { outlive } from './outlive.ts'
import { shareServers } from './server-process.ts'

const pausedMs = 4000

const declared = (what: unknown) => typeof what === 'string' && `declared: ${what}`

describe('a server under load', { skip: declared(lacks.server) }, () => {
  const serverOf = shareServers()

  it('that is paused is waited for, and what it answers late reaches nobody else', async (test) => {
    const server = await serverOf(testBackend.startBackend)
    await outlive(test, server, async () => {
      await server.pause()
      await pause(pausedMs)
      await server.resume()
    })
  })

  it('that ends all connections loses nothing', {
    skip: declared(endConnections),
  }, async (test) => {
    const server = await serverOf(testBackend.startBackend)
    await outlive(test, server, async () => {
      assert.ok(typeof endConnections === 'function')
      for (let round = 0; round < 3; round++) {
        await endConnections(server.url())
        await pause(300)
      }
    })
  })
})
