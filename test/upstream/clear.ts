import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ask, openStore } from '../suite/conformance/store-cases/store-calls.ts'
import type { Subject } from '../suite/conformance/store-cases/store-subject.ts'

const ageMs = 60_000

/** What only some stores have. */
export function describeClear(subject: () => Subject) {
  describe('clear', () => {
    it('ends all sessions of the store, and none of another whose name begins alike', async (test) => {
      if (subject().lacks(test, 'sharing')) return
      const one = await openStore(test, subject(), { ageMs, name: 'clear:' })
      const two = await openStore(test, subject(), { ageMs, name: 'clear:sub:' })
      const { store } = one
      if (!store.clear) return test.skip('declared: it has no clear')
      const ended = await one.start({ user: 'alice' })
      const kept = await two.start({ user: 'bob' })
      await ask<void>((done) => store.clear?.(done))
      assert.equal(await one.get(ended), null)
      assert.deepEqual(await two.fields(kept), { user: 'bob' })
    })
  })
}
