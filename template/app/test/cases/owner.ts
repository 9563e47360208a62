import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { SessionBackend } from '../../src/session/backend.ts'
import { makeRecord } from '../record.ts'
import type { Suite } from '../suite.ts'

const idsOf = async (backend: SessionBackend, owner: string) =>
  (await backend.owned(owner)).map(({ id }) => id).sort()

export function describeOwner(suite: () => Suite) {
  describe("a user's sessions", () => {
    it('are found, exactly, whatever other names are like', async () => {
      const { backend } = suite()
      const names = ['zoe', 'Zoe', 'zoé', 'zoe ', ' zoe', 'zoe%', 'z_e', 'zoe:1', '*', 'owner:zoe']
      const records = names.flatMap((owner) => [makeRecord({ owner }), makeRecord({ owner })])
      await Promise.all(records.map(backend.insert))
      for (const name of names) {
        const expected = records.filter(({ owner }) => owner === name).map(({ id }) => id)
        assert.deepEqual(await idsOf(backend, name), expected.sort(), JSON.stringify(name))
      }
      assert.deepEqual(await backend.owned('zo'), [])
    })

    it('follow a change of the owner', async () => {
      const { backend } = suite()
      const record = makeRecord({ owner: null })
      await backend.insert(record)
      const changes = [
        { owner: 'first owner', rev: 2 },
        { owner: 'second owner', rev: 3 },
      ]
      for (const change of changes) {
        assert.equal(await backend.replace({ ...record, ...change }, change.rev - 1), 'done')
        assert.deepEqual(await idsOf(backend, change.owner), [record.id])
      }
      assert.deepEqual(await backend.owned('first owner'), [])
      await backend.replace({ ...record, rev: 4 }, 3)
      assert.deepEqual(await backend.owned('second owner'), [])
    })

    it('are all found when they were started at the same moment', async (test) => {
      const one = suite().backend
      const two = await suite().peer(test)
      const records = Array.from({ length: 50 }, () => makeRecord({ owner: 'many' }))
      await Promise.all(records.map((record, index) => (index % 2 ? one : two).insert(record)))
      assert.deepEqual(await idsOf(one, 'many'), records.map(({ id }) => id).sort())
      await Promise.all(records.slice(1).map(({ id }) => two.remove(id)))
      assert.deepEqual(await one.owned('many'), records.slice(0, 1))
    })
  })
}
