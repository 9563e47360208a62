import assert from 'node:assert/strict'
import { it } from 'node:test'
import { findPasswordProblem } from '../../../src/users/password-policy.ts'

const policy = { minLength: 15 }
const words = 'orbit lantern mosaic thistle'

it('is judged by its first hundred characters, so that a long password keeps the app from nothing else', async () => {
  assert.equal(await findPasswordProblem(words, 'alice', policy), null)
  assert.equal(await findPasswordProblem(words.padEnd(1000, '0102'), 'alice', policy), null)
  assert.match(String(await findPasswordProblem('a'.repeat(100) + words, 'alice', policy)), /first/)
})
