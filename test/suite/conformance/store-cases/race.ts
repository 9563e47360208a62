import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { openClock } from '../clock.ts'
import { openStore } from './store-calls.ts'
import type { Subject } from './store-subject.ts'

const ageMs = 90_000
const rounds = Array.from({ length: 60 }, (_, round) => round)

/** What requests do to each other. */
export function describeRace(subject: () => Subject) {
  /** A store with sixty sessions whose end may be moved now. */
  async function openSixty(test: TestContext) {
    const pass = openClock(test)
    const opened = await openStore(test, subject(), { ageMs })
    const ids = await Promise.all(rounds.map((round) => opened.start({ round })))
    pass(ageMs / 9)
    return { ...opened, ids }
  }

  /** Makes two calls at the same moment, and in each order. */
  const bothWays = (round: number, one: () => Promise<unknown>, two: () => Promise<unknown>) =>
    Promise.all((round % 2 === 0 ? [one, two] : [two, one]).map((call) => call().catch(() => {})))

  describe('requests at the same moment', () => {
    it('lose no change to one that only reads', async (test) => {
      const { ids, load, use, change, fields } = await openSixty(test)
      let lost = 0
      for (const [round, id] of ids.entries()) {
        const [reader, writer] = [await load(id), await load(id)]
        await bothWays(
          round,
          () => use(id, reader),
          () => change(id, writer, { round: 'changed' }),
        )
        if ((await fields(id))?.round !== 'changed') lost++
      }
      assert.ok(lost === 0, 'It loses changes')
    })

    it('bring back nothing that is destroyed, when they only read', async (test) => {
      const { ids, load, use, destroy, get } = await openSixty(test)
      let back = 0
      for (const [round, id] of ids.entries()) {
        const reader = await load(id)
        await bothWays(
          round,
          () => use(id, reader),
          () => destroy(id),
        )
        if (await get(id)) back++
      }
      assert.ok(back === 0, 'It brings sessions back')
    })

    it('bring back nothing that was destroyed while they ran, when they change it', async (test) => {
      const { start, load, change, destroy, get } = await openStore(test, subject(), { ageMs })
      const id = await start({ user: 'alice' })
      const session = await load(id)
      await destroy(id)
      await change(id, session, { note: 'late' }).catch(() => {})
      assert.equal(await get(id), null)
    })

    it('keep all their changes, where they change different fields', async (test) => {
      const { start, load, change, fields } = await openStore(test, subject(), { ageMs })
      const id = await start({ user: 'alice' })
      const [one, two] = [await load(id), await load(id)]
      await Promise.all([change(id, one, { one: 1 }), change(id, two, { two: 2 })])
      const { user, one: first, two: second } = (await fields(id)) ?? {}
      assert.equal(user, 'alice')
      assert.ok(first === 1 && second === 2, 'It loses one of two changes')
    })

    it('leave one of fifty values, where they change the same field', async (test) => {
      const { start, load, change, fields } = await openStore(test, subject(), { ageMs })
      const id = await start({ user: 'alice' })
      const sessions = await Promise.all(Array.from({ length: 50 }, () => load(id)))
      await Promise.all(sessions.map((session, count) => change(id, session, { count })))
      const { count, ...rest } = (await fields(id)) ?? {}
      assert.deepEqual(rest, { user: 'alice' })
      assert.ok(
        sessions.some((_, each) => each === count),
        `${count} is the value of nobody`,
      )
    })
  })
}
