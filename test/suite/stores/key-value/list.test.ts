import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as pass } from 'node:timers/promises'
import type { Stored } from '../../../src/session/backend/contract.ts'
import { overKeyValue } from '../../../src/session/backend/key-value.ts'
import { makeRecord } from '../conformance/record.ts'

/** Two backends over the same records, as two processes have them, and how to make writes of lists fail. */
function openTwo() {
  const records = new Map<string, Stored>()
  let areListsFull = false
  const open = () =>
    overKeyValue(
      {
        async read(id) {
          await pass()
          return records.get(id) ?? null
        },
        async insert(stored) {
          await pass()
          if (areListsFull && stored.id.startsWith('owner-')) throw new Error('It is full')
          records.set(stored.id, stored)
        },
        remove: async (id) => void records.delete(id),
        all: async function* () {},
      },
      { timeoutMs: 1000, listMs: 60_000 },
    )
  return {
    app: open(),
    command: open(),
    records,
    setFull: (isSo: boolean) => {
      areListsFull = isSo
    },
  }
}

describe("a user's list of sessions", () => {
  it('keeps a login beside a revoke in another process, so that the next revoke finds it', async () => {
    const { app, command, records } = openTwo()
    const revoke = async (owner: string) => {
      for (const { id } of await command.owned(owner)) await command.remove(id)
    }
    for (let round = 0; round < 40; round++) {
      const owner = `user ${round}`
      const [ended, login] = [makeRecord({ owner }), makeRecord({ owner })]
      await app.insert(ended)
      await app.remove(ended.id)
      await Promise.all([app.insert(login), revoke(owner)])
      await revoke(owner)
      assert.equal(records.has(login.id), false)
    }
  })

  it('is written before its session goes to another user, so that a second try mends a failed one', async () => {
    const { app, setFull } = openTwo()
    const record = makeRecord()
    await app.insert(record)
    const change = { ...record, owner: 'alice', rev: 2 }
    setFull(true)
    await assert.rejects(app.replace(change, 1), /It is full/)
    assert.equal((await app.read(record.id))?.owner, null)
    setFull(false)
    assert.equal(await app.replace(change, 1), 'done')
    assert.deepEqual(await app.owned('alice'), [change])
  })

  it('does not grow with sessions that have ended', async () => {
    const { app, records } = openTwo()
    const kept = makeRecord({ owner: 'alice' })
    await app.insert(kept)
    for (let round = 0; round < 200; round++) {
      const record = makeRecord({ owner: 'alice' })
      await app.insert(record)
      await app.remove(record.id)
    }
    const lists = [...records.values()].filter(({ id }) => id.startsWith('owner-'))
    assert.equal(lists.length, 1)
    assert.ok(JSON.parse(lists[0]?.data ?? '').length < 40, lists[0]?.data.length.toString())
    assert.deepEqual(await app.owned('alice'), [kept])
  })
})
