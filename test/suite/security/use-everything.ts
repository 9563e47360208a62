import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { Ending, SecureSuite } from './app.ts'
import { noteSecret } from './leaks.ts'

/** Uses all that an app does with its store, over HTTP and by its commands, with settings of its own; throws where anything failed. */
export async function useEverything(
  ending: Ending,
  suite: SecureSuite,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const app = await suite.start(ending, env)
  const bob = { username: 'bob', password: randomBytes(12).toString('hex') }
  noteSecret('password', bob.password)
  const made = await suite.command('user.ts', ['add', 'bob'], { env, input: bob.password })
  assert.equal(made.code, 0, made.out)
  const visitor = await app.enter(bob)
  const other = await app.enter(bob)
  const wrong = { username: bob.username, password: 'none of anybody' }
  assert.equal((await app.visitor().login(wrong)).status, 401)
  const acts: [string, object?][] = [
    ['/api/note', { note: 'a note' }],
    ['/api/visits'],
    ['/api/sessions/revoke-others'],
    ['/reauth', { password: bob.password }],
  ]
  for (const [path, body] of acts) assert.equal((await visitor.post(path, body)).status, 200, path)
  assert.equal(await other.who(), 401)
  assert.equal((await visitor.get('/api/sessions')).status, 200)
  for (const words of [
    'init',
    'list',
    'sweep',
    'export',
    'unlock bob',
    'revoke --user nobody-else',
  ]) {
    const { code, out } = await suite.command('sessions.ts', words.split(' '), { env })
    assert.equal(code, words.startsWith('revoke') ? 3 : 0, `${words}: ${out}`)
  }
  assert.equal(await visitor.who(), 'bob')
  assert.equal((await visitor.post('/logout')).status, 303)
  const again = await app.enter(bob)
  assert.equal((await suite.command('sessions.ts', ['revoke', '--user', 'bob'], { env })).code, 0)
  assert.equal(await again.who(), 401)
  const trouble = app.lines.filter((line) => /_failed|store_unavailable|"level":"error"/.test(line))
  assert.deepEqual(trouble, [])
}
