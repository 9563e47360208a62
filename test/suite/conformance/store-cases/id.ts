import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { freshId, openStore } from './store-calls.ts'
import type { Subject } from './store-subject.ts'

const ageMs = 60_000
const odd = ['../x', 'with spaces', 'a\r\nb', '*', 'ünïcödé 🦉', 'x'.repeat(300)]

/** Session ids. */
export function describeId(subject: () => Subject) {
  describe('a session id', () => {
    it('may have 16 to 128 characters', async (test) => {
      const { start, fields } = await openStore(test, subject(), { ageMs })
      for (const length of [16, 36, 37, 128]) {
        const id = `${freshId()}${'x'.repeat(128)}`.slice(0, length)
        const stored = await start({ length }, { id }).then(() => fields(id), String)
        assert.deepEqual(stored, { length }, `It takes none of ${length} characters`)
      }
    })

    it('that differs in small and capital letters only is another one', async (test) => {
      const { start, fields } = await openStore(test, subject(), { ageMs })
      const id = freshId()
      const [small, capital] = [`${id}abc`, `${id}ABC`]
      await start({ user: 'alice' }, { id: small })
      await start({ user: 'bob' }, { id: capital })
      assert.deepEqual(await fields(small), { user: 'alice' })
      assert.deepEqual(await fields(capital), { user: 'bob' })
    })

    it('that is odd belongs to nobody, and does no harm to what comes next', async (test) => {
      const { start, get, fields } = await openStore(test, subject(), { ageMs })
      const id = await start({ user: 'alice' })
      const wrong: string[] = []
      for (const each of odd) {
        const found = await get(each).then(
          (session) => session && 'a session',
          () => 'an error',
        )
        const next = await fields(id).catch(() => null)
        const name = JSON.stringify(each.length > 20 ? `${each.slice(0, 3)}…` : each)
        if (found) wrong.push(`${name} is ${found}`)
        if (next?.user !== 'alice') wrong.push(`${name} breaks the next call`)
      }
      assert.ok(wrong.length === 0, wrong.join(', '))
    })
  })
}
