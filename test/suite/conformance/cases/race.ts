import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import type { SessionBackend } from '../../../../src/session/index.ts'
import { makeRecord } from '../record.ts'
import type { Suite } from '../suite.ts'

const rounds = Array.from({ length: 60 }, (_, round) => round)

export function describeRace(suite: () => Suite) {
  for (const who of ['one process', 'two processes']) {
    async function open(test: TestContext): Promise<[SessionBackend, SessionBackend] | null> {
      const { backend } = suite()
      if (who === 'one process') return [backend, backend]
      if (suite().lacks(test, 'sharing') || suite().lacks(test, 'atomic')) return null
      return [backend, await suite().open(test)]
    }

    describe(`calls of ${who} at the same moment`, () => {
      it('lose no write to an extension', async (test) => {
        const backends = await open(test)
        if (!backends) return
        const [one, two] = backends
        const record = makeRecord()
        await one.insert(record)
        for (const round of rounds) {
          const written = { ...record, rev: round + 2, data: `round ${round}` }
          const [outcome, touched] = await Promise.all([
            one.replace(written, round + 1),
            two.touch(record.id, record.expires + round),
          ])
          assert.deepEqual([outcome, touched], ['done', true])
          const { data, rev } = (await two.read(record.id)) ?? {}
          assert.deepEqual({ data, rev }, { data: written.data, rev: written.rev })
        }
      })

      it('bring back nothing that is removed', async (test) => {
        const backends = await open(test)
        if (!backends) return
        const [one, two] = backends
        for (const round of rounds) {
          const record = makeRecord({ owner: 'racing' })
          await one.insert(record)
          await Promise.all([
            one.remove(record.id),
            two.touch(record.id, record.expires + round),
            two.replace({ ...record, rev: 2 }, 1),
            one.touch(record.id, record.expires + round),
          ])
          assert.equal(await two.read(record.id), null, `round ${round}`)
        }
        assert.deepEqual(await one.owned('racing'), [])
      })

      it('let one of many replacements of the same rev win, and tell all others', async (test) => {
        const backends = await open(test)
        if (!backends) return
        const record = makeRecord()
        await backends[0].insert(record)
        const outcomes = await Promise.all(
          rounds.map(async (round) => {
            const mine = { ...record, rev: 2, data: `by ${round}` }
            return { mine, outcome: await backends[round % 2 ? 0 : 1].replace(mine, 1) }
          }),
        )
        const [winner, ...more] = outcomes.filter(({ outcome }) => outcome === 'done')
        assert.equal(more.length, 0)
        assert.deepEqual(await backends[1].read(record.id), winner?.mine)
        assert.ok(outcomes.every((each) => each === winner || each.outcome === 'changed'))
      })
    })
  }
}
