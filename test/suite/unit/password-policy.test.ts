import assert from 'node:assert/strict'
import { registerHooks } from 'node:module'
import { it } from 'node:test'
import { findPasswordProblem } from '../../../src/users/password-policy.ts'

const policy = { minLength: 15 }
const words = 'orbit lantern mosaic thistle'

it('is judged by its first hundred characters, so that a long password keeps the app from nothing else', async () => {
  assert.equal(await findPasswordProblem(words, 'alice', policy), null)
  assert.equal(await findPasswordProblem(words.padEnd(1000, '0102'), 'alice', policy), null)
  assert.match(String(await findPasswordProblem('a'.repeat(100) + words, 'alice', policy)), /first/)
})

it('is judged once its judge can be loaded, after that has failed', async () => {
  // Another query is another module, which has loaded nothing so far.
  const file = new URL('../../../src/users/password-policy.ts?anew', import.meta.url)
  const anew: { findPasswordProblem: typeof findPasswordProblem } = await import(file.href)
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      if (specifier === '@zxcvbn-ts/core') throw new Error('too many open files')
      return next(specifier, context)
    },
  })
  await assert.rejects(anew.findPasswordProblem(words, 'alice', policy), /too many open files/)
  hooks.deregister()
  assert.equal(await anew.findPasswordProblem(words, 'alice', policy), null)
})
