import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { inTime } from '../clock.ts'
import { freshId, openStore } from './store-calls.ts'
import type { Subject } from './store-subject.ts'

/** What a request does that only reads. */
export function describeTouch(subject: () => Subject) {
  /** A store, and a session whose end may be moved now. */
  async function openSession(test: TestContext) {
    const opened = await openStore(test, subject(), { ageMs: 9000 })
    const id = await opened.start({ note: 'before' })
    await pause(1000)
    return { ...opened, id }
  }

  /** A store, and a session that only a touch has kept until now: times are apart enough for stores that count in whole seconds. */
  async function openTouched(test: TestContext) {
    const opened = await openStore(test, subject(), { ageMs: 2500 })
    return inTime(1600 + 1700 + 600, async () => {
      const id = await opened.start({ note: 'before' })
      await pause(1600)
      await opened.use(id, await opened.load(id))
      await pause(1700)
      return { ...opened, id, session: await opened.load(id) }
    })
  }

  describe('a touch', { concurrency: true }, () => {
    it('moves the end, and keeps what the session holds', async (test) => {
      const { session } = await openTouched(test)
      assert.equal(session.note, 'before')
    })

    it('of an id that nobody has is no error, and creates nothing', async (test) => {
      const { make, use, get, look } = await openStore(test, subject(), { ageMs: 9000 })
      const id = freshId()
      await use(id, make(id, { note: 'of nobody' }))
      assert.equal(await get(id), null)
      assert.equal((await look?.(id)) ?? null, null, 'It leaves a record in the store')
    })

    it('after a destroy is no error, and brings nothing back', async (test) => {
      const { id, load, use, destroy, get } = await openSession(test)
      const session = await load(id)
      await destroy(id)
      await use(id, session)
      assert.equal(await get(id), null)
    })

    it('with an old copy takes nothing back', async (test) => {
      const { id, load, use, change, fields } = await openSession(test)
      const old = await load(id)
      await change(id, await load(id), { note: 'newer' })
      await use(id, old)
      assert.deepEqual(await fields(id), { note: 'newer' })
    })

    it('leaves a cookie that ends in time to come', async (test) => {
      const { expires } = (await openTouched(test)).session.cookie
      assert.ok(expires && expires.getTime() > Date.now(), 'Its cookie has ended')
    })

    it('keeps a session that is saved by hand afterwards, as before a redirect', async (test) => {
      const { id, session, set, fields } = await openTouched(test)
      // By hand means: without the touch that ends a request.
      await set(id, Object.assign(session, { note: 'by hand' }))
      assert.deepEqual(await fields(id), { note: 'by hand' })
    })
  })
}
