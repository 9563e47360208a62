import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeRecord } from '../record.ts'
import type { Suite } from '../suite.ts'

const strange = JSON.stringify({
  text: 'ünïcödé 🦉 \u0000 "quotes" \\ \'%_; DROP\r\n',
  lone: '\ud800',
})

export function describeRecord(suite: () => Suite) {
  describe('a record in the backend', () => {
    it('comes back as it was given, to the last character and millisecond', async () => {
      const { backend } = suite()
      for (const changes of [
        { data: strange, owner: 'ünï "quoted" 🦉 name' },
        { data: 'x'.repeat(350_000), owner: 'a'.repeat(200) },
        { data: '', owner: null, rev: 2_000_000_000 },
      ]) {
        const record = makeRecord(changes)
        await backend.insert(record)
        assert.deepEqual(await backend.read(record.id), record)
        await backend.remove(record.id)
      }
    })

    it('is null when nobody has put one there', async () => {
      assert.equal(await suite().backend.read(makeRecord().id), null)
    })

    it('is replaced only while it is still at the rev that was read', async () => {
      const { backend } = suite()
      const record = makeRecord()
      await backend.insert(record)
      const second = { ...record, rev: 2, data: 'second', expires: record.expires + 5000 }
      assert.equal(await backend.replace(second, 1), 'done')
      assert.equal(await backend.replace({ ...record, rev: 2, data: 'late' }, 1), 'changed')
      assert.deepEqual(await backend.read(record.id), second)
    })

    it('is replaced by equal content too, which is a change of its rev', async () => {
      const { backend } = suite()
      const record = makeRecord()
      await backend.insert(record)
      assert.equal(await backend.replace({ ...record, rev: 2 }, 1), 'done')
      assert.equal(await backend.replace({ ...record, rev: 2 }, 2), 'done')
    })

    it('that is gone is not brought back, by whatever comes late', async () => {
      const { backend } = suite()
      const record = makeRecord({ owner: 'late' })
      await backend.insert(record)
      await backend.remove(record.id)
      assert.equal(await backend.replace({ ...record, rev: 2 }, 1), 'gone')
      assert.equal(await backend.touch(record.id, Date.now() + 90_000), false)
      assert.equal(await backend.read(record.id), null)
      assert.deepEqual(await backend.owned('late'), [])
    })

    it('that was never there is not made by an extension, a replacement or a removal', async () => {
      const { backend } = suite()
      const record = makeRecord({ owner: 'never' })
      assert.equal(await backend.touch(record.id, Date.now() + 90_000), false)
      assert.equal(await backend.replace(record, 0), 'gone')
      await backend.remove(record.id)
      assert.equal(await backend.read(record.id), null)
      assert.deepEqual(await backend.owned('never'), [])
    })

    it('keeps its content when its end is moved, forth or back', async () => {
      const { backend } = suite()
      const record = makeRecord({ data: strange, owner: 'moved' })
      await backend.insert(record)
      for (const expires of [record.expires + 3_600_000, record.expires - 20_000]) {
        assert.equal(await backend.touch(record.id, expires), true)
        assert.deepEqual(await backend.read(record.id), { ...record, expires })
      }
    })

    it('is in the list of all, and one that has gone is not', async (test) => {
      if (suite().lacks(test, 'scan')) return
      const { backend } = suite()
      const kept = Array.from({ length: 30 }, () => makeRecord())
      const gone = makeRecord()
      await Promise.all([...kept, gone].map(backend.insert))
      await backend.remove(gone.id)
      const listed = new Map()
      for await (const record of backend.scan()) listed.set(record.id, record)
      for (const record of kept) assert.deepEqual(listed.get(record.id), record)
      assert.equal(listed.has(gone.id), false)
    })

    it('is not seen through another prefix, which may begin alike', async (test) => {
      const { backend, env } = suite()
      const there = await suite().open(test, {
        SESSION_KEY_PREFIX: `${env.SESSION_KEY_PREFIX}sub:`,
      })
      await there.prepare()
      const [here, other] = [makeRecord({ owner: 'both' }), makeRecord({ owner: 'both' })]
      await backend.insert(here)
      await there.insert(other)
      assert.equal(await there.read(here.id), null)
      assert.equal(await backend.read(other.id), null)
      assert.deepEqual(await backend.owned('both'), [here])
      await there.remove(other.id)
      assert.deepEqual(await backend.owned('both'), [here])
    })
  })
}
