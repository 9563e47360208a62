import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { inTime } from '../clock.ts'
import { makeRecord } from '../record.ts'
import type { Suite } from '../suite.ts'

const dayMs = 86_400_000

export function describeExpiry(suite: () => Suite) {
  describe('the end of a record', { concurrency: true }, () => {
    for (const days of [29, 31, 400]) {
      it(`may be ${days} days away`, async () => {
        const { backend } = suite()
        const record = makeRecord({ expires: Date.now() + days * dayMs, owner: `for ${days} days` })
        await backend.insert(record)
        await pause(1100)
        assert.deepEqual(await backend.read(record.id), record)
        const next = { ...record, rev: 2, expires: record.expires + dayMs }
        assert.equal(await backend.replace(next, 1), 'done')
        assert.equal(await backend.touch(record.id, next.expires + dayMs), true)
        await pause(1100)
        assert.equal((await backend.read(record.id))?.expires, next.expires + dayMs)
        assert.equal((await backend.owned(`for ${days} days`)).length, 1)
        await backend.remove(record.id)
      })
    }

    for (const ms of [500, 1500]) {
      it(`may be ${ms} ms away: it is there before, and never after`, async () => {
        const { backend } = suite()
        const record = await inTime(ms, async () => {
          const inserted = makeRecord({ expires: Date.now() + ms, owner: `for ${ms} ms` })
          await backend.insert(inserted)
          assert.deepEqual(await backend.read(inserted.id), inserted)
          return inserted
        })
        await pause(record.expires - Date.now() + 5)
        assert.equal(await backend.read(record.id), null)
        assert.equal(await backend.replace({ ...record, rev: 2 }, 1), 'gone')
        assert.equal(await backend.touch(record.id, Date.now() + 60_000), false)
        assert.equal(await backend.read(record.id), null)
        assert.deepEqual(await backend.owned(`for ${ms} ms`), [])
      })
    }

    for (const ms of [0, -5000]) {
      it(`may be ${ms} ms away: it never lives`, async () => {
        const { backend } = suite()
        const record = makeRecord({ expires: Date.now() + ms, owner: `for ${ms} ms` })
        await backend.insert(record)
        assert.equal(await backend.read(record.id), null)
        assert.equal(await backend.touch(record.id, Date.now() + 60_000), false)
        assert.deepEqual(await backend.owned(`for ${ms} ms`), [])
      })
    }

    it('lets a record of the same id begin anew, as counters do', async () => {
      const { backend } = suite()
      const record = makeRecord({ expires: Date.now() + 300, rev: 7 })
      await backend.insert(record)
      await pause(record.expires - Date.now() + 5)
      assert.equal(await backend.read(record.id), null)
      const anew = { ...record, rev: 1, expires: Date.now() + 60_000 }
      await backend.insert(anew)
      assert.deepEqual(await backend.read(record.id), anew)
      assert.equal(await backend.replace({ ...anew, rev: 2 }, 1), 'done')
      await backend.remove(record.id)
    })

    it('can be brought near by a replacement', async () => {
      const { backend } = suite()
      const record = makeRecord({ expires: Date.now() + dayMs })
      await backend.insert(record)
      const expires = Date.now() + 400
      assert.equal(await backend.replace({ ...record, rev: 2, expires }, 1), 'done')
      await pause(expires - Date.now() + 5)
      assert.equal(await backend.read(record.id), null)
    })
  })

  // Beside the cases above, which leave expired records behind, it would count theirs.
  describe('a sweep', () => {
    it('removes what has expired and leaves nothing to the next, also when two sweep at once', async (test) => {
      const one = suite().backend
      const two = await suite().peer(test)
      const dead = Array.from({ length: 20 }, () => makeRecord({ expires: Date.now() + 200 }))
      const alive = makeRecord()
      await Promise.all([...dead, alive].map(one.insert))
      await pause(250)
      await Promise.all([one.sweep(), two.sweep()])
      assert.equal(await one.sweep(), 0)
      assert.deepEqual(await one.read(alive.id), alive)
    })
  })
}
