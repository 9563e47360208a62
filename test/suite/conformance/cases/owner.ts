import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { SessionBackend } from '../../../../src/session/index.ts'
import { inTime } from '../clock.ts'
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

    it('are found, once, when one goes to another user and comes back', async () => {
      const { backend } = suite()
      const [ann, bob] = ['ann, who comes back', 'bob, who has it meanwhile']
      const record = makeRecord({ owner: ann })
      await backend.insert(record)
      let rev = 1
      const give = async (owner: string | null) => {
        const change = { ...record, owner, rev: rev + 1 }
        assert.equal(await backend.replace(change, rev++), 'done')
      }
      for (const askMeanwhile of [false, true]) {
        for (const other of [bob, null]) {
          await give(other)
          if (askMeanwhile) assert.deepEqual(await backend.owned(ann), [])
          await give(ann)
          assert.deepEqual(await idsOf(backend, ann), [record.id])
          assert.deepEqual(await backend.owned(bob), [])
        }
      }
    })

    it('are found, however often they are asked for while one goes to another user and back', async (test) => {
      const { backend } = suite()
      const other = await suite().peer(test)
      const [ann, bob] = ['ann, who is asked for', 'bob, who is asked for']
      const record = makeRecord({ owner: ann })
      await backend.insert(record)
      for (let rev = 1; rev < 40; rev += 2) {
        let asks = true
        const asking = [ann, bob, ann, bob, ann].map(async (name) => {
          for (; asks; await pause(0)) await other.owned(name)
        })
        await backend.replace({ ...record, owner: bob, rev: rev + 1 }, rev)
        await backend.replace({ ...record, owner: ann, rev: rev + 2 }, rev + 1)
        asks = false
        await Promise.all(asking)
        assert.deepEqual(await idsOf(backend, ann), [record.id], `rev ${rev}`)
        assert.deepEqual(await backend.owned(bob), [])
      }
    })

    it('are found for as long as they live, also when the absolute limit was raised meanwhile', async (test) => {
      const { backend, lacks, open } = suite()
      if (lacks(test, 'sharing')) return
      const limits = { SESSION_IDLE_SECONDS: '1', SESSION_ABSOLUTE_SECONDS: '1' }
      const short = await open(test, limits)
      const longer = await inTime(1000, async () => {
        const owner = `raised ${randomBytes(4).toString('hex')}`
        const record = makeRecord({ owner, expires: Date.now() + 1000 })
        await short.insert(record)
        const expires = record.expires + 600_000
        assert.equal(await backend.touch(record.id, expires), true)
        return { ...record, owner, expires }
      })
      await pause(3500)
      assert.deepEqual(await backend.owned(longer.owner), [longer])
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
