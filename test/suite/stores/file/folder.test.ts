import assert from 'node:assert/strict'
import { mkdir, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { nameFromPrefix } from '../../../src/session/backend/contract.ts'
import { eventually } from '../conformance/clock.ts'
import { openSite } from '../conformance/site.ts'
import { type Suite, startSuite } from '../conformance/suite.ts'

describe('the folder of the files', () => {
  let suite: Suite
  before(async () => {
    suite = await startSuite({ own: true })
  })
  after(() => suite?.stop())

  for (const isEmptyThere of [false, true]) {
    it(`that is moved away is an outage and no logout, also where ${isEmptyThere ? 'an empty one is' : 'nothing is'} in its place`, async (test) => {
      const site = await openSite(test, suite)
      const browser = site.open()
      await browser.login()
      const { SESSION_STORE_URL = '', SESSION_KEY_PREFIX = '' } = suite.env
      const folder = join(
        SESSION_STORE_URL.replace('file:', ''),
        nameFromPrefix(SESSION_KEY_PREFIX),
      )
      await rename(folder, `${folder}-elsewhere`)
      if (isEmptyThere) await mkdir(folder)

      assert.equal(await browser.me(), 503)
      assert.equal((await browser.post('/api/note', { note: 'lost' })).status, 503)
      assert.equal((await browser.get('/readyz')).status, 503)
      assert.equal((await site.open().login()).status, 503)
      assert.equal(await browser.me(), 503, 'a login makes no folder')

      if (isEmptyThere) await rename(folder, `${folder}-empty`)
      await rename(`${folder}-elsewhere`, folder)
      await eventually(async () => (await browser.me()).user === 'alice', 'it is served again')
      assert.equal((await browser.get('/readyz')).status, 200)
      assert.equal((await readdir(folder)).includes('ping'), true)
    })
  }
})
