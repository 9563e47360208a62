import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { freshId, openStore } from './store-calls.ts'
import type { Subject } from './store-subject.ts'

type Opened = Awaited<ReturnType<typeof openStore>>

interface Watched {
  firstGone: number
  lastThere: number
}

const dayMs = 86_400_000
const slowMs = 50
const partsOfASecond = Array.from({ length: 10 }, (_, part) => part * 100)

/** When sessions end. */
export function describeLifetime(subject: () => Subject) {
  /** Watches a session from its beginning to its end: when it was last there, and first gone, in ms since it began. */
  async function watch(opened: Opened, ageMs: number, tries = 5): Promise<Watched> {
    const { start, get } = opened
    const began = Date.now()
    const id = await start({ user: 'alice' })
    const stored = Date.now()
    if (stored - began > slowMs && tries > 1) {
      // On a busy machine it would not show when it ends: once more, at the same part of a second.
      await pause(1000 - ((stored - began) % 1000))
      return watch(opened, ageMs, tries - 1)
    }
    let lastThere = 0
    for (;;) {
      const asked = Date.now()
      const found = await get(id)
      if (!found) return { firstGone: Date.now() - began, lastThere }
      lastThere = asked - stored
      if (lastThere > ageMs * 1.1 + 900) return { firstGone: Number.POSITIVE_INFINITY, lastThere }
      await pause(60)
    }
  }

  describe('the end of a session', { concurrency: true }, () => {
    for (const ageMs of [400, 1300]) {
      // Some stores count in whole seconds, which shows in one part of a second and not in another.
      async function watchAll(test: TestContext) {
        const opened = await openStore(test, subject(), { ageMs })
        return Promise.all(partsOfASecond.map((ms) => pause(ms).then(() => watch(opened, ageMs))))
      }

      let watched: ReturnType<typeof watchAll> | undefined
      const watchOnce = (test: TestContext) => {
        watched ??= watchAll(test)
        return watched
      }

      it(`does not come before the ${ageMs} ms that it was given`, async (test) => {
        for (const { firstGone } of await watchOnce(test)) {
          assert.ok(firstGone >= ageMs, 'It came early')
        }
      })

      it(`comes after ${ageMs} ms, a tenth and a quarter of a second`, async (test) => {
        for (const { lastThere } of await watchOnce(test)) {
          assert.ok(lastThere <= ageMs * 1.1 + 250, 'It came late')
        }
      })
    }

    for (const ageMs of [0, -5000]) {
      it(`may be ${ageMs} ms away: the session never lives`, async (test) => {
        const { start, get } = await openStore(test, subject(), { ageMs })
        const id = await start({ user: 'alice' })
        await pause(50)
        assert.equal(await get(id), null)
      })
    }

    for (const days of [29, 31, 400]) {
      it(`may be ${days} days away`, async (test) => {
        const { start, get, destroy } = await openStore(test, subject(), { ageMs: days * dayMs })
        const id = await start({ user: 'alice' })
        await pause(1100)
        assert.ok(await get(id), 'It is gone at once')
        await destroy(id)
      })
    }

    it('is set by the store where the cookie has none', async (test) => {
      const { start, get, look } = await openStore(test, subject(), { ageMs: null })
      const id = await start({ user: 'alice' })
      assert.ok(await get(id))
      if (subject().lacks(test, 'look')) return
      assert.ok(look, 'The subject can look at a record')
      const end = Number(await look(id))
      assert.ok(Number.isFinite(end) && end > Date.now(), 'It never ends')
    })

    it('is final: a touch that comes later does not bring it back', async (test) => {
      const { make, set, use, get } = await openStore(test, subject(), { ageMs: 1300 })
      const id = freshId()
      const session = make(id, { user: 'alice' })
      await set(id, session)
      await pause(2500)
      await use(id, session).catch(() => {})
      assert.equal(await get(id), null)
    })
  })
}
