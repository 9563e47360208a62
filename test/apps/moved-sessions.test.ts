import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { chosenStores } from '../chosen-stores.ts'
import { emitApp, lacksDocker } from './emitted-app.ts'
import { laySuite } from './suite.ts'

const ways = [
  ['redis', 'postgres'],
  ['sqlite', 'redis'],
] as const

describe('sessions that are exported from one store and imported into another', () => {
  for (const [from, to] of ways) {
    const isChosen = [from, to].every((store) => chosenStores().includes(store))
    const skip = isChosen ? false : 'other stores are tested'
    it(`go on with their cookies, notes and ends: ${from} to ${to}`, { skip }, async (test) => {
      if (lacksDocker(test)) return
      const open = async (store: string) => {
        const { folder, remove } = await emitApp(`moved-${from}-${to}-${store}`, store)
        test.after(remove)
        laySuite(folder, store)
        const load = (part: string) => import(join(folder, `test/suite/conformance/${part}.ts`))
        const { startSuite }: typeof import('../suite/conformance/suite.ts') = await load('suite')
        const { openSite }: typeof import('../suite/conformance/site.ts') = await load('site')
        const { runSessions }: typeof import('../suite/conformance/command.ts') =
          await load('command')
        const suite = await startSuite()
        test.after(suite.stop)
        return { suite, openSite, runSessions }
      }
      const old = await open(from)
      const next = await open(to)
      const { SESSION_SECRETS, USERS_FILE } = old.suite.env
      const env = { ...next.suite.env, SESSION_SECRETS, USERS_FILE }

      const site = await old.openSite(test, old.suite)
      const browsers = Array.from({ length: 10 }, () => site.open())
      for (const [index, browser] of browsers.entries()) {
        await browser.login()
        await browser.post('/api/note', { note: `note ${index}` })
      }
      const exported = await old.runSessions(old.suite.env, ['export'])
      assert.equal(exported.code, 0, exported.err)
      const imported = await next.runSessions(env, ['import'], { input: exported.out })
      assert.equal(imported.err.trim(), 'Imported 10 sessions.')
      const sorted = (text: string) => text.trim().split('\n').sort()
      const there = await next.runSessions(env, ['export'])
      assert.deepEqual(sorted(there.out), sorted(exported.out), 'to the end of each')

      const { origin } = await next.openSite(test, next.suite, { env })
      for (const [index, browser] of browsers.entries()) {
        const { user, note } = await browser.copy(origin).me()
        assert.deepEqual([user, note], ['alice', `note ${index}`])
      }
    })
  }
})
