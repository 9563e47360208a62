import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { eventually } from '../clock.ts'
import { catchUncaught, freshId, openStore } from './store-calls.ts'
import type { Subject } from './store-subject.ts'

const ageMs = 60_000

/** Long enough for a second call of a callback, and for an effect that nobody waits for. */
const settleMs = 300

/** Waits until it is so, or for so long that no busy machine explains it; the test then says what is wrong. */
const waitUntil = (isSo: () => boolean | Promise<boolean>) =>
  eventually(isSo, 'it is so', 10).catch(() => {})

/** How express-session is called back. */
export function describeCallback(subject: () => Subject) {
  /** The calls that express-session makes, on a session that is there. */
  async function openCalls(test: TestContext) {
    const { store, start, load } = await openStore(test, subject(), { ageMs })
    const id = await start({ user: 'alice' })
    const session = await load(id)
    return {
      get: (done: () => void) => store.get(id, done),
      set: (done: () => void) => store.set(id, Object.assign(session, { changed: true }), done),
      touch: (done: () => void) => store.touch?.(id, session, done),
      destroy: (done: () => void) => store.destroy(id, done),
    }
  }

  describe('a callback', () => {
    it('is called once, and never before the call returns', async (test) => {
      for (const [name, call] of Object.entries(await openCalls(test))) {
        let calls = 0
        const thrown = await catchUncaught(async () => {
          call(() => calls++)
          assert.equal(calls, 0, `${name} calls back before it returns`)
          await waitUntil(() => calls > 0)
          await pause(settleMs)
        })
        assert.ok(thrown.length === 0, `${name} throws where nobody can catch it`)
        assert.ok(calls === 1, `${name} calls back ${calls} times`)
      }
    })

    it('that throws is not called again', async (test) => {
      const own = new Error('of the callback')
      for (const [name, call] of Object.entries(await openCalls(test))) {
        let calls = 0
        await catchUncaught(async () => {
          call(() => {
            calls++
            throw own
          })
          await waitUntil(() => calls > 0)
          await pause(settleMs)
        })
        assert.equal(calls, 1, `${name} calls back ${calls} times`)
      }
    })

    it('may be left out of set, touch and destroy', async (test) => {
      const { store, make, get, load } = await openStore(test, subject(), { ageMs })
      const id = freshId()
      const work = {
        set: () => store.set(id, make(id, { user: 'alice' })),
        touch: async () => store.touch?.(id, await load(id)),
        destroy: () => store.destroy(id),
      }
      for (const [name, call] of Object.entries(work)) {
        const thrown = await catchUncaught(async () => {
          await call()
          await pause(settleMs)
        })
        assert.ok(thrown.length === 0, `${name} throws where nobody can catch it`)
        const isThere = async () => (await get(id)) !== null
        await waitUntil(async () => (await isThere()) === (name !== 'destroy'))
        assert.equal(await isThere(), name !== 'destroy', `${name} does nothing`)
      }
    })
  })
}
