import assert from 'node:assert/strict'
import { it } from 'node:test'
import { findUnfitness } from '../src/auth/password-rules.ts'

const rules = { minLength: 15 }
const words = 'orbit lantern mosaic thistle'

it('is judged by its first hundred characters, so that a long password keeps the app from nothing else', async () => {
  assert.equal(await findUnfitness(words, 'alice', rules), null)
  assert.equal(await findUnfitness(words.padEnd(1000, '0102'), 'alice', rules), null)
  assert.match(String(await findUnfitness('a'.repeat(100) + words, 'alice', rules)), /first/)
})
