import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { many } from '../store/many.ts'
import { runJson, runSessions } from './command.ts'
import { makeFolder } from './folder.ts'
import { makeRecord } from './record.ts'
import { type Suite, startSuite } from './suite.ts'

const users = Array.from({ length: 100 }, (_, n) => `user${n}`)
const perUser = many / users.length

describe(`npm run sessions, on ${many} sessions`, () => {
  const folder = makeFolder()
  let suite: Suite
  before(async () => {
    suite = await startSuite()
  })
  after(() => suite.stop())

  it('imports, counts, lists, shows, ends and exports just those that are meant, and tells no id', async (test) => {
    if (suite.lacks(test, 'sharing') || suite.lacks(test, 'scan')) return
    const USERS_FILE = join(folder, 'users.json')
    const of = (user: string) => [user, { hash: '', created: 7, sessionVersion: 7 }]
    await writeFile(USERS_FILE, JSON.stringify(Object.fromEntries(users.map(of))))
    const env = { ...suite.env, USERS_FILE }
    const run = (...args: string[]) => runJson(env, args)

    const records = users.flatMap((user) => {
      const fields = { user, sessionVersion: 7, note: `of ${user}` }
      const data = JSON.stringify({ created: Date.now(), fields })
      return Array.from({ length: perUser }, () => makeRecord({ owner: user, data }))
    })
    const input = records.map((each) => `${JSON.stringify(each)}\n`).join('')
    assert.deepEqual(await runJson(env, ['import'], { input }), { imported: many })
    assert.deepEqual(await run('count'), { count: many })
    assert.deepEqual(await run('count', '--user', 'user8'), { count: perUser })
    assert.deepEqual(await run('sweep'), { removed: 0 })

    const listed = await runSessions(env, ['list', '--json'])
    assert.doesNotMatch(listed.out, /[0-9a-f]{64}/)
    const { sessions } = JSON.parse(listed.out) as { sessions: { handle: string; user: string }[] }
    assert.equal(new Set(sessions.map(({ handle }) => handle)).size, many)
    const handle = sessions.find(({ user }) => user === 'user9')?.handle ?? ''
    const shown = await run('show', handle)
    assert.equal(shown.holds.note, 'of user9')

    assert.deepEqual(await run('revoke', '--handle', handle), { ended: 1 })
    await runJson(env, ['show', handle], { code: 3 })
    assert.deepEqual(await run('revoke', '--user', 'user7'), { ended: perUser })
    const left = many - perUser - 1
    assert.deepEqual(await run('count'), { count: left })
    assert.deepEqual(await suite.backend.owned('user7'), [])
    assert.equal((await suite.backend.owned('user8')).length, perUser)

    const { out } = await runSessions(env, ['export'])
    const exported = new Set(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).id),
    )
    const meant = records.filter(({ id, owner }) => owner !== 'user7' && exported.has(id))
    assert.deepEqual([exported.size, meant.length], [left, left])
    assert.deepEqual(await run('revoke', '--all'), { users: users.length })
    assert.deepEqual(await run('count'), { count: 0 })
  })
})
