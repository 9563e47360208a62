import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ask, catchUncaught, freshId, openStore } from './store-calls.ts'
import type { Subject } from './store-subject.ts'

const ageMs = 60_000

const plain = {
  user: 'alice',
  count: 1.5,
  yes: true,
  nothing: null,
  empty: '',
  deep: [{ a: [1, [2, {}]] }, []],
}

const strange = {
  text: 'ünïcödé 🦉 \u0000 "quotes" \\ \'%_; DROP\r\n',
  lone: '\ud800',
  'a.b': { $x: 1 },
  $set: { 'c.d': '' },
  '': 'no name',
}

/** What sessions hold. */
export function describeContent(subject: () => Subject) {
  describe('a session', () => {
    it('is null, without an error, for an id that nobody has', async (test) => {
      const { store } = await openStore(test, subject(), { ageMs })
      assert.equal(await ask((done) => store.get(freshId(), done)), null)
    })

    it('comes back as it was given', async (test) => {
      const { start, fields } = await openStore(test, subject(), { ageMs })
      assert.deepEqual(await fields(await start(plain)), plain)
    })

    it('comes back with nothing added', async (test) => {
      const { start, get } = await openStore(test, subject(), { ageMs })
      const names = Object.keys((await get(await start({ user: 'alice' }))) ?? {})
      assert.deepEqual(names.sort(), ['cookie', 'user'])
    })

    it('comes back to the last character, with any names', async (test) => {
      const { start, fields } = await openStore(test, subject(), { ageMs })
      assert.deepEqual(await fields(await start(strange)), strange)
    })

    it('has dates as ISO texts, and nothing where there was undefined', async (test) => {
      const { start, fields } = await openStore(test, subject(), { ageMs })
      const date = new Date()
      const id = await start({ date, list: [date], nothing: undefined })
      assert.deepEqual(await fields(id), { date: date.toISOString(), list: [date.toISOString()] })
    })

    it('has the cookie that it was given', async (test) => {
      const { start, load } = await openStore(test, subject(), { ageMs })
      const { cookie } = await load(await start({}))
      const { path, httpOnly, originalMaxAge, maxAge } = cookie
      assert.deepEqual(
        { path, httpOnly, originalMaxAge },
        { path: '/', httpOnly: true, originalMaxAge: ageMs },
      )
      assert.ok(Math.abs(Number(maxAge) - ageMs) < 5000, `it ends in ${maxAge} ms`)
    })

    it('is the last that was set', async (test) => {
      const { start, load, change, fields } = await openStore(test, subject(), { ageMs })
      const id = await start({ first: 1 })
      await change(id, await load(id), { second: 2 })
      const session = await load(id)
      Reflect.deleteProperty(session, 'first')
      await change(id, session, { third: 3 })
      assert.deepEqual(await fields(id), { second: 2, third: 3 })
    })

    it('is gone when it was destroyed, which is no error for one that is gone', async (test) => {
      const { start, destroy, get } = await openStore(test, subject(), { ageMs })
      const id = await start({ user: 'alice' })
      await destroy(id)
      assert.equal(await get(id), null)
      await destroy(id)
      await destroy(freshId())
    })

    it('may hold 300 KB', async (test) => {
      const { start, fields, destroy } = await openStore(test, subject(), { ageMs })
      const id = await start({ text: 'x'.repeat(300_000) })
      assert.equal(String((await fields(id))?.text).length, 300_000)
      await destroy(id)
    })

    it('of 2 MB is kept whole, or refused with an error, and then the old one stays', async (test) => {
      const { start, load, change, fields, destroy } = await openStore(test, subject(), { ageMs })
      const id = await start({ text: 'before' })
      const text = 'x'.repeat(2_000_000)
      const outcome = await change(id, await load(id), { text }).then(
        () => 'kept',
        (error: Error) =>
          error.message === 'It never answered' ? Promise.reject(error) : 'refused',
      )
      const found = String((await fields(id))?.text)
      await destroy(id)
      assert.ok(found === (outcome === 'kept' ? text : 'before'), `${outcome}, and not so found`)
    })

    it('that is damaged in the store is null or an error, and throws nowhere else', async (test) => {
      if (subject().lacks(test, 'damage')) return
      const { damage, get, destroy } = await openStore(test, subject(), { ageMs })
      assert.ok(damage, 'The subject can damage a record')
      const id = freshId()
      await damage(id)
      const thrown = await catchUncaught(async () => {
        assert.equal(await get(id).catch(() => null), null)
      })
      assert.ok(thrown.length === 0, 'It throws where nobody can catch it')
      await destroy(id)
    })
  })
}
