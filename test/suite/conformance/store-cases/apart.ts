import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { catchUncaught, openStore } from './store-calls.ts'
import type { Subject } from './store-subject.ts'

const ageMs = 60_000
const freshName = () => `apart${randomBytes(4).toString('hex')}:`

/** Stores beside each other on one backend. */
export function describeApart(subject: () => Subject) {
  describe('stores on one backend', () => {
    it('see only their own sessions, under names that begin alike', async (test) => {
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
      const open = async (name: string) => {
        const { start, destroy, fields } = await openStore(test, subject(), { ageMs, name })
        const id = await start({ user: 'alice' })
        assert.deepEqual(await fields(id), { user: 'alice' })
        await destroy(id)
      }
      const failures: unknown[] = []
      const fail = (error: unknown) => void failures.push(error)
      for (const name of [freshName(), freshName(), freshName()]) {
        const thrown = await catchUncaught(async () => {
          await Promise.all(Array.from({ length: 6 }, () => open(name).catch(fail)))
        })
        failures.push(...thrown)
      }
      if (failures.length > 0) throw new Error('Not all of the six are ready', { cause: failures })
    })
  })
}
