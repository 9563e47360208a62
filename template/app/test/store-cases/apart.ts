import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { freshId, openStore } from '../store-calls.ts'
import type { Subject } from '../store-subject.ts'

const ageMs = 60_000
const freshName = () => `apart${randomBytes(4).toString('hex')}:`

/** Stores beside each other on one backend. */
export function describeApart(subject: () => Subject) {
  describe('stores on one backend', () => {
    it('do not see each other’s sessions under names that begin alike', async (test) => {
      if (subject().lacks(test, 'sharing')) return
      const name = freshName()
      const one = await openStore(test, subject(), { ageMs, name })
      const two = await openStore(test, subject(), { ageMs, name: `${name}sub:` })
      const id = await one.start({ user: 'alice' })
      assert.equal(await two.get(id), null)
      await two.start({ user: 'bob' }, { id })
      await one.destroy(id)
      assert.deepEqual(await two.fields(id), { user: 'bob' })
      await two.destroy(id)
    })

    it('may be opened six at once where nothing is yet, and are all ready', async (test) => {
      if (subject().lacks(test, 'sharing')) return
      const name = freshName()
      const six = Array.from({ length: 6 }, async () => {
        const { start, destroy, fields } = await openStore(test, subject(), { ageMs, name })
        const id = await start({ user: 'alice' }, { id: freshId() })
        assert.deepEqual(await fields(id), { user: 'alice' })
        await destroy(id)
      })
      const outcomes = await Promise.allSettled(six)
      const [failed] = outcomes.filter(({ status }) => status === 'rejected')
      if (failed?.status === 'rejected') throw failed.reason
    })
  })
}
