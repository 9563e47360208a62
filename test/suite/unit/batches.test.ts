import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { inBatches } from '../../../src/cli/live-sessions.ts'

describe('work in batches', () => {
  it('fails once all that was begun has ended, by the first failure', async () => {
    const done: number[] = []
    const working = inBatches([1, 2, 3, 4], async (item) => {
      if (item === 3) throw new Error('the later one')
      await nextTurn()
      await nextTurn()
      if (item === 2) throw new Error('the first one')
      done.push(item)
    })
    await assert.rejects(working, /the first one/)
    assert.deepEqual(done, [1, 4], 'and nothing is cut off')
  })

  it('ends what came before an item that cannot be read', async () => {
    const done: number[] = []
    async function* items() {
      yield 1
      throw new Error('no item')
    }
    const working = inBatches(items(), async (item) => {
      await nextTurn()
      done.push(item)
    })
    await assert.rejects(working, /no item/)
    assert.deepEqual(done, [1])
  })
})
